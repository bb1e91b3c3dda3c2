// Failure as a value. A function whose caller acts on failure returns Result<T, E>, with E a closed
// enumeration or a small struct that holds one; exceptions are left for broken invariants and for I/O beneath
// a transaction.
#pragma once

#include <tl/expected.hpp>

namespace paperround {

template <class T, class E>
using Result = tl::expected<T, E>;

template <class E>
using Failure = tl::unexpected<E>;

template <class E>
[[nodiscard]] Failure<std::decay_t<E>> failure(E&& error) {
    return Failure<std::decay_t<E>>(std::forward<E>(error));
}

}  // namespace paperround
