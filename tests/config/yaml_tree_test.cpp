#include "config/yaml_tree.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace paperround;
using namespace paperround::config;

namespace {

std::string repeated(std::string_view piece, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += piece;
    return out;
}

SyntaxError error_of(std::string_view yaml) {
    const auto tree = parse_tree(yaml);
    REQUIRE_FALSE(tree.has_value());
    return tree.error();
}

}  // namespace

TEST_CASE("a document becomes a tree that keeps the order and the lines") {
    const auto tree = parse_tree("b: 1\na:\n  - x\n  - 'y'\n");
    REQUIRE(tree);
    REQUIRE(tree->kind == Node::Kind::mapping);
    REQUIRE(tree->keys.size() == 2);
    CHECK(tree->keys[0].scalar == "b");
    CHECK(tree->items[0].scalar == "1");
    CHECK(tree->keys[1].line == 2);
    REQUIRE(tree->items[1].kind == Node::Kind::sequence);
    CHECK(tree->items[1].items[1].scalar == "y");
    CHECK(tree->items[1].items[1].line == 4);
}

TEST_CASE("duplicate keys stay visible") {
    const auto tree = parse_tree("a: 1\na: 2\n");
    REQUIRE(tree);
    CHECK(tree->keys.size() == 2);
    CHECK(tree->items[1].scalar == "2");
}

TEST_CASE("an empty document is nothing, and so is an unquoted ~") {
    CHECK(parse_tree("")->kind == Node::Kind::null);
    CHECK(parse_tree("# only a comment\n")->kind == Node::Kind::null);
    const auto tree = parse_tree("a: ~\nb: '~'\nc:\n");
    REQUIRE(tree);
    CHECK(tree->items[0].kind == Node::Kind::null);
    CHECK(tree->items[1].kind == Node::Kind::scalar);
    CHECK(tree->items[2].kind == Node::Kind::null);
}

TEST_CASE("an alias is a copy of what it names") {
    const auto tree = parse_tree("a: &x {p: 1}\nb: *x\n");
    REQUIRE(tree);
    REQUIRE(tree->items[1].kind == Node::Kind::mapping);
    CHECK(tree->items[1].items[0].scalar == "1");
    CHECK(tree->items[1].line == 1);
}

TEST_CASE("an alias inside the value it names is refused") {
    const SyntaxError error = error_of("a: 1\nb: &x [*x]\n");
    CHECK(error.line == 2);
    CHECK(error.message == "an alias inside the value that it names");
}

TEST_CASE("aliases that multiply are stopped at the limit of values") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) bomb += (j > 0 ? ", " : "") + before;
        bomb += "]\n";
    }
    const SyntaxError error = error_of(bomb);
    CHECK(error.line == 4);  // 10 + 100 + 1 000 + part of 10 000
    CHECK(error.message == "aliases that unfold to more than 10000 values, 1048576 octets or 20 levels");
}

TEST_CASE("aliases of one long text are stopped at the limit of octets") {
    const std::string yaml = "a: &x " + std::string(100'000, 'x') + "\nb: [" + repeated("*x, ", 20) + "]\n";
    CHECK(error_of(yaml).line == 2);
}

TEST_CASE("nesting is limited before it can exhaust the stack") {
    const auto* opening = GENERATE("[", "{", "- ", "? ", ": ", "[a, ", "{a: ", "{? ", "-\n - ");
    CAPTURE(opening);
    const auto begun = std::chrono::steady_clock::now();
    const SyntaxError error = error_of(repeated(opening, 100'000));
    CHECK_FALSE(error.message.empty());
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("twenty levels are read, twenty-one are not") {
    CHECK(parse_tree(repeated("[", 20) + repeated("]", 20)).has_value());
    CHECK(error_of(repeated("[", 21) + repeated("]", 21)).message == "nested deeper than 20 levels");
}

TEST_CASE("ten thousand values are the most in one file") {
    CHECK(parse_tree("[" + repeated("a, ", 9'999) + "]").has_value());
    CHECK(error_of("[" + repeated("a, ", 10'000) + "]").message == "more than 10000 values in one file");
}

TEST_CASE("a file over one mebibyte is refused unread") {
    CHECK(error_of(std::string(1024 * 1024 + 1, '#')).message == "larger than the limit of 1048576 octets");
    CHECK(parse_tree(std::string(1024 * 1024, '#')).has_value());
}

TEST_CASE("octets that are not UTF-8 are refused with their line") {
    const SyntaxError error = error_of("a: 1\nb: caf\xe9\n");
    CHECK(error.line == 2);
    CHECK(error.message == "expected UTF-8, got an octet that is not");
    CHECK(error_of(std::string_view("\xff\xfe"
                                    "a\0:\0",
                                    6))
              .line == 1);  // UTF-16 with its byte order mark
}

TEST_CASE("NUL and other control characters are refused with their line") {
    const SyntaxError error = error_of(std::string_view("a: 1\nb: x\0y\n", 12));
    CHECK(error.line == 2);
    CHECK(error.message == "expected text, got the control character U+0000");
    CHECK(error_of("a: \x1b[31m\n").message == "expected text, got the control character U+001B");
}

TEST_CASE("a byte order mark and Windows line ends do no harm") {
    const auto tree = parse_tree(
        "\xef\xbb\xbf"
        "a: 1\r\nb: 2\r\n");
    REQUIRE(tree);
    CHECK(tree->keys[0].scalar == "a");
    CHECK(tree->items[0].scalar == "1");
    CHECK(tree->keys[1].line == 2);
}

TEST_CASE("a tab in the indentation is named as such") {
    const SyntaxError error = error_of("a:\n\tb: 1\n");
    CHECK(error.line == 2);
    CHECK(error.message == "a tab in the indentation: YAML wants spaces there");
}

TEST_CASE("a syntax error has its line") {
    const SyntaxError error = error_of("a: 1\nb: c: d\n");
    CHECK(error.line == 2);
    CHECK(error.message == "not valid YAML: illegal map value");
    CHECK(error_of("a: *nobody\n").line == 1);
}

TEST_CASE("a second document in one file is refused") {
    const SyntaxError error = error_of("a: 1\n---\nb: 2\n");
    CHECK(error.message == "expected one YAML document, got a second one");
    CHECK(error.line == 3);
}
