// What "may only narrow" means here.
//
// An Ordered type says of two of its values whether the first grants no more than the second:
//
//   leq(a, a)                                      reflexive
//   leq(a, b) and leq(b, a)  implies  a == b       antisymmetric
//   leq(a, b) and leq(b, c)  implies  leq(a, c)    transitive
//   leq(T{}, a)                                    the zero value is the strictest
//
// A Lattice has the largest value below two others as well:
//
//   leq(meet(a, b), a), leq(meet(a, b), b)         a lower bound of both,
//   leq(c, a) and leq(c, b) implies leq(c, meet(a, b))   and the greatest
//
// from which follow that meet commutes, associates and is idempotent, and that leq(a, b) exactly
// when meet(a, b) == a: a modest request is left alone. The shapes in shapes.h are built so that
// controls inherit these laws; tests/laws checks them with generated values all the same.
#pragma once

#include <concepts>

namespace hardened {

template <class T>
concept Ordered = std::equality_comparable<T> && std::default_initializable<T> &&
    requires(const T& a, const T& b) {
  { leq(a, b) } -> std::same_as<bool>;
};

template <class T>
concept Lattice = Ordered<T> && requires(const T& a, const T& b) {
  { meet(a, b) } -> std::same_as<T>;
};

}  // namespace hardened
