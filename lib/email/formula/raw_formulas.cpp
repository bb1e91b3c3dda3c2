#include "email/formula/raw_formulas.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "email/formula/formula_text.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_formula = 4000;

struct Marks {
    std::string_view begin;
    std::string_view end;
};
constexpr std::array marks = std::to_array<Marks>({{"\\(", "\\)"}, {"\\[", "\\]"}, {"$$", "$$"}});

// What tells a formula from an escaped bracket, or from what a shell calls its process.
bool has_sign_of_formula(std::string_view inside) {
    inside = trim(inside);
    if (inside.find("\n\n") != std::string_view::npos) return false;
    return inside.find_first_of("\\^_=+<>{}") != std::string_view::npos;
}

// `\\(n\\)`, `\\(2\\)`
bool is_letter_or_number(std::string_view inside) {
    if (inside.size() == 1 && is_ascii_alpha(inside.front())) return true;
    return !inside.empty() && std::ranges::all_of(inside, is_ascii_digit);
}

class Reading {
  public:
    explicit Reading(std::string_view text) : text_(text) {}

    std::string run() {
        while (at_ < text_.size()) {
            const auto next = std::min(text_.find_first_of("\\$", at_), text_.size());
            out_ += text_.substr(at_, next - at_);
            at_ = next;
            if (at_ == text_.size() || formula()) continue;
            out_ += text_[at_++];
        }
        return std::move(out_);
    }

  private:
    bool formula() {
        for (std::size_t kind = 0; kind < marks.size(); ++kind) {
            const auto [begin, end] = marks[kind];
            if (!text_.substr(at_).starts_with(begin)) continue;
            const std::size_t first = at_ + begin.size();
            const std::size_t last = end_behind(first, kind);
            // The innermost counts, where a mark stands there several times.
            if (last == std::string_view::npos || last - first > longest_formula) return false;
            if (begin != end && text_.find(begin, first) < last) return false;
            const std::string_view inside = text_.substr(first, last - first);
            const bool short_one = kind == 0 && is_letter_or_number(inside);
            if (!short_one && !has_sign_of_formula(inside)) return false;
            out_ += formula_of_tex(inside);
            at_ = last + end.size();
            return true;
        }
        return false;
    }

    // The next mark that ends one. Each is looked for once, however many begin in front of it.
    std::size_t end_behind(std::size_t first, std::size_t kind) {
        std::size_t& found = ends_[kind];
        if (found != std::string_view::npos && found < first) found = text_.find(marks[kind].end, first);
        return found;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    std::array<std::size_t, marks.size()> ends_{};
};

}  // namespace

std::string with_formulas_read(std::string_view text) {
    return Reading(text).run();
}

}  // namespace paperround::email
