#include "email/template/template_tags.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/template/strings.hpp"

namespace paperround::email {

std::string TemplateProblem::to_line() const {
    std::string out = file.string();
    if (line > 0) out += fmt::format(":{}", line);
    out += ": " + message;
    if (!suggestion.empty()) out += fmt::format(", did you mean \"{}\"?", suggestion);
    return out;
}

const std::vector<std::string>& known_fields() {
    static const std::vector<std::string> fields = [] {
        std::vector<std::string> all{"newsletter.title",
                                     "newsletter.name",
                                     "newsletter.postal_address",
                                     "newsletter.language",
                                     "newsletter.direction",
                                     "newsletter.start",
                                     "newsletter.end",
                                     "newsletter.home",
                                     "post.title",
                                     "post.title_text",
                                     "post.subtitle",
                                     "post.subtitle_text",
                                     "post.direction",
                                     "post.author",
                                     "post.date",
                                     "post.link",
                                     "post.image",
                                     "post.image_width",
                                     "post.lead_image",
                                     "post.lead_width",
                                     "post.excerpt",
                                     "post.excerpt_text",
                                     "post.html",
                                     "post.text",
                                     "posts",
                                     "following",
                                     "share",
                                     "share.name",
                                     "share.url",
                                     "theme.accent",
                                     "theme.on_accent",
                                     "theme.accent_dark",
                                     "theme.on_accent_dark",
                                     "theme.link",
                                     "theme.link_dark",
                                     "theme.logo",
                                     "theme.logo_dark",
                                     "theme.font",
                                     "theme.outlook_font",
                                     "theme.width",
                                     "theme.column",
                                     "sharing",
                                     "strings.language",
                                     "strings.direction",
                                     "digest",
                                     "strings.slant",
                                     "preheader",
                                     "preheader_filler",
                                     "quote_slant",
                                     "style"};
        for (const std::string& key : string_keys()) all.push_back("strings." + key);
        return all;
    }();
    return fields;
}

namespace {

constexpr std::size_t most_merge_fields = 1000;
constexpr std::size_t deepest_section = 20;
constexpr std::string_view subscriber_prefix = "subscriber.";

struct Tag {
    std::string_view whole;    // with its braces
    std::string_view content;  // between them, trimmed
    bool triple = false;
};

bool is_attribute_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return is_ascii_alpha(c) || is_ascii_digit(c) || c == '_' || c == '-' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
}

// HTML that goes into an HTML template unescaped: the cleaned body, and the template's own style sheet.
bool is_html_field(std::string_view name) {
    return name == "post.html" || name == "style";
}

// What a template can only ask about.
bool is_section_only(std::string_view name) {
    return name == "posts" || name == "following" || name == "digest" || name == "share" || name == "sharing";
}

class Checker {
  public:
    Checker(std::string_view source, const std::filesystem::path& file, TemplateKind kind,
            std::vector<TemplateProblem>& problems)
        : rest_(source), file_(file), kind_(kind), problems_(problems) {}

    CheckedTemplate run() {
        for (;;) {
            const auto open = rest_.find("{{");
            pass(rest_.substr(0, open));
            if (open == std::string_view::npos) break;
            const auto tag = read_tag();
            if (!tag) return std::move(checked_);
            check(*tag);
            line_ += static_cast<std::size_t>(std::ranges::count(tag->whole, '\n'));
            rest_.remove_prefix(tag->whole.size());
            end_section_line(*tag);
        }
        for (const auto& [name, line] : sections_) {
            report(line,
                   fmt::format("the section \"{}\" is never closed: {{{{/{}}}}} is missing", name, name));
        }
        return std::move(checked_);
    }

  private:
    void report(std::size_t line, std::string message, std::string suggestion = {}) {
        problems_.push_back({file_, line, std::move(message), std::move(suggestion)});
    }

    // A section's end that stands alone on its line takes the line with it, as Mustache has it. The engine
    // forgets that where the section was left out; a section that is always there, and empty, reminds it.
    void end_section_line(const Tag& tag) {
        const bool ends = !tag.triple && tag.content.starts_with('/');
        if (ends && at_line_start_ && rest_.starts_with('\n')) checked_.mustache += "{{^_}}{{/_}}";
        at_line_start_ = false;
    }

    void pass(std::string_view literal) {
        if (!literal.empty()) at_line_start_ = literal.ends_with('\n');
        line_ += static_cast<std::size_t>(std::ranges::count(literal, '\n'));
        checked_.mustache += literal;
        rest_.remove_prefix(literal.size());
    }

    std::optional<Tag> read_tag() {
        Tag tag;
        tag.triple = rest_.starts_with("{{{");
        const std::string_view end = tag.triple ? "}}}" : "}}";
        const auto close = rest_.find(end);
        const std::string_view inside = rest_.substr(0, close);
        const bool comment = rest_.substr(2).starts_with('!');
        if (close == std::string_view::npos || (!comment && inside.find('\n') != std::string_view::npos)) {
            report(line_, fmt::format("a tag is opened and not closed on its line: \"{}\"",
                                      utf8_prefix(inside.substr(0, inside.find('\n')), 40)));
            return std::nullopt;
        }
        tag.whole = rest_.substr(0, close + end.size());
        tag.content = trim(inside.substr(end.size()));
        return tag;
    }

    void check(const Tag& tag) {
        if (tag.content.empty()) return report(line_, "an empty tag");
        const char sigil = tag.triple ? '&' : tag.content.front();
        const std::string_view name = trim(tag.triple ? tag.content : tag.content.substr(1));
        switch (sigil) {
            case '!':
                checked_.mustache += "{{!}}";
                return;
            case '#':
            case '^':
                return open_section(tag, name);
            case '/':
                return close_section(tag, name);
            case '=':
                return report(line_, "the delimiters {{ and }} cannot be changed");
            case '>':
                return report(line_, fmt::format("there are no partials: {}", tag.whole));
            case '&':
                return variable(tag, name, false);
            default:
                return variable(tag, tag.content, true);
        }
    }

    void open_section(const Tag& tag, std::string_view name) {
        if (is_of_reader(name)) {
            report(line_, fmt::format("a section cannot depend on \"{}\", which is filled in per reader; "
                                      "write {{{{{}|a fallback}}}}",
                                      name, name));
        } else {
            require_known(name);
        }
        if (sections_.size() == deepest_section) report(line_, "more than 20 sections within each other");
        sections_.emplace_back(name, line_);
        checked_.mustache += tag.whole;
    }

    void close_section(const Tag& tag, std::string_view name) {
        if (sections_.empty()) {
            return report(line_, fmt::format("{} closes a section that was not opened", tag.whole));
        }
        const auto& [open, line] = sections_.back();
        if (open != name) {
            report(line_, fmt::format("{} where {{{{/{}}}}} was expected, for the section of line {}",
                                      tag.whole, open, line));
        }
        sections_.pop_back();
        checked_.mustache += tag.whole;
    }

    void variable(const Tag& tag, std::string_view name, bool escaped) {
        if (is_of_reader(name)) return merge_field(tag, name, escaped);
        if (!require_known(name)) return;
        if (is_section_only(name)) {
            return report(line_, fmt::format("\"{}\" is no text: write {{{{#{}}}}}\u2026{{{{/{}}}}}", name,
                                             name, name));
        }
        if (kind_ == TemplateKind::html && escaped && is_html_field(name)) {
            return report(line_, fmt::format("\"{}\" is HTML already: write {{{{{{{}}}}}}}", name, name));
        }
        if (kind_ == TemplateKind::html && !escaped && !is_html_field(name)) {
            return report(line_,
                          fmt::format("\"{}\" is text, and must be escaped: write {{{{{}}}}}", name, name));
        }
        checked_.mustache += tag.whole;
    }

    void merge_field(const Tag& tag, std::string_view name, bool escaped) {
        if (kind_ == TemplateKind::style)
            return report(line_, fmt::format("{}: a style sheet is the same for every reader", tag.whole));
        if (kind_ == TemplateKind::html && !escaped) {
            return report(line_,
                          fmt::format("{}: what readers say about themselves must be escaped", tag.whole));
        }
        if (checked_.fields.size() >= most_merge_fields)
            return report(line_, "more than 1 000 fields of the reader");
        MergeField field;
        field.escape_html = kind_ == TemplateKind::html;
        const auto bar = name.find('|');
        if (bar != std::string_view::npos) field.fallback = collapse_spaces(name.substr(bar + 1));
        name = trim(name.substr(0, bar));
        if (name == "unsubscribe_url") {
            field.kind = MergeField::Kind::unsubscribe_url;
        } else {
            name.remove_prefix(subscriber_prefix.size());
            if (!is_attribute_name(name)) {
                return report(
                    line_,
                    fmt::format("{}: expected the name of an attribute after \"subscriber.\"", tag.whole));
            }
            field.kind = name == "name"      ? MergeField::Kind::name
                         : name == "address" ? MergeField::Kind::address
                                             : MergeField::Kind::attribute;
            if (field.kind == MergeField::Kind::attribute) field.attribute = name;
        }
        checked_.mustache += mark_of(checked_.fields.size());
        checked_.fields.push_back(std::move(field));
    }

    static bool is_of_reader(std::string_view name) {
        return name.starts_with(subscriber_prefix) ||
               trim(name.substr(0, name.find('|'))) == "unsubscribe_url";
    }

    bool require_known(std::string_view name) {
        if (std::ranges::find(known_fields(), name) != known_fields().end()) return true;
        std::vector<std::string> all = known_fields();
        all.insert(all.end(), {"unsubscribe_url", "subscriber.name", "subscriber.address"});
        report(line_, fmt::format("unknown field \"{}\"", utf8_prefix(name, 80)), nearest(name, all));
        return false;
    }

    std::string_view rest_;
    const std::filesystem::path& file_;
    TemplateKind kind_;
    std::vector<TemplateProblem>& problems_;
    std::size_t line_ = 1;
    bool at_line_start_ = true;
    std::vector<std::pair<std::string, std::size_t>> sections_;
    CheckedTemplate checked_;
};

}  // namespace

CheckedTemplate check_template(std::string_view source, const std::filesystem::path& file, TemplateKind kind,
                               std::vector<TemplateProblem>& problems) {
    const std::string clean = without_marks(source);
    return Checker(clean, file, kind, problems).run();
}

}  // namespace paperround::email
