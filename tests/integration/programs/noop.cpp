// A low-level runtime that does nothing, successfully: what is left is the shim alone.
int main() { return 0; }
