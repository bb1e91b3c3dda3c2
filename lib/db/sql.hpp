// SQL that the compiler puts together, from literals and from fragments that have a name:
//
//     inline constexpr auto waiting = db::in<State::queued, State::deferred>;     // "IN (0, 2)"
//     database.cached<"SELECT id FROM deliveries WHERE state " + waiting + " LIMIT ?1">()
//
// So a statement names the states it means, costs nothing to put together, and is known before it runs: see
// KnownStatement. What comes from outside is bound, never put into the text.
//
// The text is SQL that SQLite 3.40 and PostgreSQL 15 both read, with placeholders ?1, ?2 … and times as
// milliseconds. `INDEXED BY index` may follow a table: a hint, which an engine that has none is not shown.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace paperround::db {

// `size` counts the octets and the NUL behind them.
template <std::size_t size>
struct Sql {
    consteval Sql() = default;
    // Not explicit: a literal is SQL wherever SQL is expected.
    consteval Sql(const char (&literal)[size]) { std::copy_n(literal, size, text.begin()); }  // NOLINT
    [[nodiscard]] constexpr std::string_view view() const { return {text.data(), size - 1}; }

    std::array<char, size> text{};
};

template <std::size_t left, std::size_t right>
consteval auto operator+(const Sql<left>& first, const Sql<right>& second) {
    Sql<left + right - 1> both;
    std::copy_n(first.text.begin(), left - 1, both.text.begin());
    std::copy_n(second.text.begin(), right, both.text.begin() + (left - 1));
    return both;
}
template <std::size_t left, std::size_t right>
consteval auto operator+(const char (&first)[left], const Sql<right>& second) {
    return Sql<left>(first) + second;
}
template <std::size_t left, std::size_t right>
consteval auto operator+(const Sql<left>& first, const char (&second)[right]) {
    return first + Sql<right>(second);
}

// The number under which a value of an enumeration is stored.
template <auto value>
inline constexpr auto stored = [] {
    constexpr auto number = static_cast<std::int64_t>(value);
    static_assert(number >= 0);
    constexpr std::size_t digits = [] {
        std::size_t count = 1;
        for (auto rest = number / 10; rest > 0; rest /= 10) ++count;
        return count;
    }();
    Sql<digits + 1> sql;
    auto rest = number;
    for (std::size_t at = digits; at > 0; rest /= 10) sql.text[--at] = static_cast<char>('0' + rest % 10);
    return sql;
}();

// "1, 2, 3"
template <auto first, auto... others>
inline constexpr auto stored_list = [] {
    if constexpr (sizeof...(others) == 0) {
        return stored<first>;
    } else {
        return stored<first> + ", " + stored_list<others...>;
    }
}();

// "IN (1, 2, 3)"; in the order given, since a partial index is only used by the very words that made it.
template <auto... values>
inline constexpr auto in = "IN (" + stored_list<values...> + ")";

// "= 1"
template <auto value>
inline constexpr auto is = "= " + stored<value>;

// "(state = 1 OR state = 2)": what `in` says, for a column that an index's condition names. SQLite builds a temporary
// table for each IN of three values or more, and so twice in every UPDATE of a row that such an index may hold.
template <Sql column, auto first, auto... others>
inline constexpr auto any_of = (("(" + column + " " + is<first>)+... + (" OR " + column + " " + is<others>)) +
                               ")";

// A statement of the program. There is one of each text that is given to Database or Transaction anywhere in
// what was linked, whether or not it ever runs: tests put them all before the other engine.
class KnownStatement {
  public:
    explicit KnownStatement(std::string_view sql) : sql_(sql), next_(first_) { first_ = this; }
    [[nodiscard]] std::string_view sql() const { return sql_; }

    [[nodiscard]] static const KnownStatement* first() { return first_; }
    [[nodiscard]] const KnownStatement* next() const { return next_; }

  private:
    // Complete before main(), constant from then on.
    static inline constinit const KnownStatement* first_ = nullptr;
    std::string_view sql_;
    const KnownStatement* next_;
};

template <Sql sql>
inline const KnownStatement known_statement{sql.view()};

// Whether it only reads, as its first word says.
template <Sql sql>
inline constexpr bool only_reads = sql.view().starts_with("SELECT ");

}  // namespace paperround::db
