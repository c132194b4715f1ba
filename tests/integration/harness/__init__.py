"""What the integration tests and the demonstration share: engines, containers, and what the kernel says of them."""
