#include "email/text_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "email/html_tree.hpp"
#include "email/line_wrap.hpp"
#include "email/text_table.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t narrowest = 24;  // deep quotations leave at least so much room

std::string_view without_trailing_spaces(std::string_view line) {
    while (!line.empty() && is_ascii_space(line.back())) line.remove_suffix(1);
    return line;
}

class TextWriter {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) return text(node.v.text.text), false;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        switch (node.v.element.tag) {
            case GUMBO_TAG_BR:
                paragraph_ += '\n';
                break;
            case GUMBO_TAG_HR:
                rule();
                break;
            case GUMBO_TAG_IMG:
                image(node);
                break;
            case GUMBO_TAG_A:
                links_.push_back({std::string(attribute_of(node, "href").value_or("")), paragraph_.size()});
                break;
            case GUMBO_TAG_Q:
                text("\u201C");
                break;
            case GUMBO_TAG_TD:
            case GUMBO_TAG_TH:
                open_cell(node);
                break;
            default:
                open_block(node);
        }
        return true;
    }

    void close(const GumboNode& node) {
        switch (node.v.element.tag) {
            case GUMBO_TAG_A:
                close_link();
                break;
            case GUMBO_TAG_Q:
                text("\u201D");
                break;
            case GUMBO_TAG_TD:
            case GUMBO_TAG_TH:
                close_cell();
                break;
            default:
                close_block(node);
        }
    }

    std::string finish() {
        end_paragraph();
        want_blank_ = !notes_.empty();
        for (const std::string& url : notes_) write_line(fmt::format("[{}] {}", note_numbers_[url], url));
        return std::move(out_);
    }

  private:
    // What stands before each line within a quotation or list item; an item's first line has its bullet.
    struct Indent {
        std::string first;
        std::string rest;
        bool used = false;
    };
    struct Link {
        std::string url;
        std::size_t start;  // where its text begins in the paragraph
    };

    void text(std::string_view piece) {
        if (preformatted_ > 0) {
            paragraph_ += piece;
            return;
        }
        for (const char c : piece) {
            if (!is_ascii_space(c)) {
                paragraph_ += c;
            } else if (!paragraph_.empty() && paragraph_.back() != ' ' && paragraph_.back() != '\n') {
                paragraph_ += ' ';
            }
        }
    }

    void image(const GumboNode& node) {
        const std::string alt = collapse_spaces(attribute_of(node, "alt").value_or(""));
        if (!alt.empty()) text(fmt::format("[{}]", alt));
    }

    void close_link() {
        const Link link = std::move(links_.back());
        links_.pop_back();
        const std::size_t start = std::min(link.start, paragraph_.size());
        const std::string_view label = trim(std::string_view(paragraph_).substr(start));
        if (link.url.empty() || label.empty() || says_the_same(label, link.url)) return;
        const auto [found, added] = note_numbers_.emplace(link.url, notes_.size() + 1);
        if (added) notes_.push_back(link.url);
        paragraph_.resize(without_trailing_spaces(paragraph_).size());
        paragraph_ += fmt::format(" [{}]", found->second);
    }

    static bool says_the_same(std::string_view label, std::string_view url) {
        const auto scheme = url.starts_with("mailto:") || url.starts_with("tel:") ? url.find(':') + 1 : 0;
        return label == url || label == url.substr(scheme);
    }

    void open_block(const GumboNode& node) {
        const GumboTag tag = node.v.element.tag;
        switch (tag) {
            case GUMBO_TAG_P:
            case GUMBO_TAG_FIGURE:
            case GUMBO_TAG_DL:
            case GUMBO_TAG_H1:
            case GUMBO_TAG_H2:
            case GUMBO_TAG_H3:
            case GUMBO_TAG_H4:
            case GUMBO_TAG_H5:
            case GUMBO_TAG_H6:
                end_paragraph(true);
                break;
            case GUMBO_TAG_TABLE:
                end_paragraph(true);
                if (is_data_table(node)) table_.emplace();
                break;
            case GUMBO_TAG_PRE:
                end_paragraph(true);
                indents_.push_back({"    ", "    "});
                ++preformatted_;
                break;
            case GUMBO_TAG_BLOCKQUOTE:
                end_paragraph(true);
                indents_.push_back({"> ", "> "});
                break;
            case GUMBO_TAG_UL:
            case GUMBO_TAG_OL:
                open_list(node);
                break;
            case GUMBO_TAG_LI:
                open_item();
                break;
            case GUMBO_TAG_DD:
                end_paragraph();
                indents_.push_back({"    ", "    "});
                break;
            case GUMBO_TAG_DIV:
            case GUMBO_TAG_DT:
            case GUMBO_TAG_FIGCAPTION:
            case GUMBO_TAG_CAPTION:
                end_paragraph();
                break;
            case GUMBO_TAG_TR:
                end_paragraph();
                if (table_) table_->rows.emplace_back();
                break;
            default:
                break;
        }
    }

    void close_block(const GumboNode& node) {
        switch (node.v.element.tag) {
            case GUMBO_TAG_P:
            case GUMBO_TAG_FIGURE:
            case GUMBO_TAG_DL:
                end_paragraph(true);
                break;
            case GUMBO_TAG_TABLE:
                close_table();
                break;
            case GUMBO_TAG_H1:
                heading('=');
                break;
            case GUMBO_TAG_H2:
                heading('-');
                break;
            case GUMBO_TAG_H3:
            case GUMBO_TAG_H4:
            case GUMBO_TAG_H5:
            case GUMBO_TAG_H6:
                end_paragraph(true);
                break;
            case GUMBO_TAG_PRE:
                end_paragraph(true);
                --preformatted_;
                indents_.pop_back();
                break;
            case GUMBO_TAG_BLOCKQUOTE:
                end_paragraph(true);
                indents_.pop_back();
                break;
            case GUMBO_TAG_UL:
            case GUMBO_TAG_OL:
                end_paragraph(lists_.size() == 1);
                lists_.pop_back();
                if (lists_.empty()) item_ended_ = false;
                break;
            case GUMBO_TAG_LI:
            case GUMBO_TAG_DD:
                end_paragraph();
                indents_.pop_back();
                item_ended_ = true;
                break;
            case GUMBO_TAG_DIV:
            case GUMBO_TAG_DT:
            case GUMBO_TAG_TR:
            case GUMBO_TAG_FIGCAPTION:
            case GUMBO_TAG_CAPTION:
                end_paragraph();
                break;
            default:
                break;
        }
    }

    // The cells of a layout table follow each other as paragraphs.
    void open_cell(const GumboNode& node) {
        end_paragraph();
        if (!table_ || table_->rows.size() != 1) return;
        const bool header = node.v.element.tag == GUMBO_TAG_TH;
        table_->has_header = header && (table_->rows[0].empty() || table_->has_header);
    }

    void close_cell() {
        if (!table_ || table_->rows.empty()) return end_paragraph(), void();
        table_->rows.back().push_back(collapse_spaces(std::exchange(paragraph_, {})));
    }

    void close_table() {
        end_paragraph(true);
        if (table_) {
            std::erase_if(table_->rows, [](auto& row) {
                return std::ranges::all_of(row, [](auto& cell) { return cell.empty(); });
            });
            for (const std::string& line : lay_out(*table_, room())) write_line(line);
            table_.reset();
        }
        if (indents_.empty() || indents_.back().used) want_blank_ = true;
    }

    // Columns within what is quoted or indented.
    [[nodiscard]] std::size_t room() const {
        std::size_t used = 0;
        for (const Indent& indent : indents_) used += indent.rest.size();
        return used + narrowest > text_columns ? narrowest : text_columns - used;
    }

    void open_list(const GumboNode& node) {
        end_paragraph(lists_.empty());
        const bool ordered = node.v.element.tag == GUMBO_TAG_OL;
        const std::string start(attribute_of(node, "start").value_or("1"));
        const bool number = !start.empty() && start.size() < 7 &&
                            std::ranges::all_of(start, [](char c) { return is_ascii_digit(c); });
        lists_.push_back(ordered ? (number ? std::stol(start) : 1) : -1);
    }

    void open_item() {
        end_paragraph();
        // A paragraph inside an item asks for a blank line behind it; items follow each other without.
        if (item_ended_) want_blank_ = false;
        std::string bullet = "- ";
        if (!lists_.empty() && lists_.back() >= 0) bullet = fmt::format("{}. ", lists_.back()++);
        indents_.push_back({bullet, std::string(bullet.size(), ' ')});
    }

    void rule() {
        end_paragraph(true);
        write_line("* * *");
        want_blank_ = true;
    }

    void heading(char underline) {
        const std::size_t widest = std::min(end_paragraph(), room());
        if (widest > 0) write_line(std::string(widest, underline));
        want_blank_ = true;
    }

    // Writes what has gathered; returns the width of its longest line. `blank`: a blank line separates it
    // from others.
    std::size_t end_paragraph(bool blank = false) {
        std::size_t widest = 0;
        const std::string gathered = std::exchange(paragraph_, {});
        for (Link& link : links_) link.start = 0;
        if (preformatted_ > 0) {
            write_preformatted(gathered);
        } else if (!trim(gathered).empty()) {
            for (const std::string& line : wrap(trim(gathered), room())) {
                widest = std::max(widest, display_width(line));
                write_line(line);
            }
        }
        // Nothing separates a bullet from the paragraph that it begins.
        if (blank && (indents_.empty() || indents_.back().used)) want_blank_ = true;
        return widest;
    }

    void write_preformatted(std::string_view block) {
        while (block.starts_with('\n')) block.remove_prefix(1);
        block = without_trailing_spaces(block);
        if (block.empty()) return;
        for (const std::string_view line : split(block, '\n')) write_line(line);
    }

    void write_line(std::string_view line) {
        if (std::exchange(want_blank_, false) && !out_.empty()) {
            std::string margin;
            for (const Indent& indent : indents_) {
                if (indent.used) margin += indent.rest;
            }
            out_ += without_trailing_spaces(margin);
            out_ += '\n';
        }
        item_ended_ = false;
        std::string whole;
        for (Indent& indent : indents_)
            whole += std::exchange(indent.used, true) ? indent.rest : indent.first;
        whole += line;
        out_ += without_trailing_spaces(whole);
        out_ += '\n';
    }

    std::string out_;
    std::string paragraph_;  // inline text that waits for its block to end
    std::vector<Indent> indents_;
    std::optional<TextTable> table_;  // the one that is gathered
    std::vector<long> lists_;         // the next number of each open list, -1 where it has bullets
    std::vector<Link> links_;
    std::vector<std::string> notes_;
    std::map<std::string, std::size_t> note_numbers_;
    int preformatted_ = 0;
    bool want_blank_ = false;
    bool item_ended_ = false;  // nothing was written since a list item ended
};

}  // namespace

std::string text_of(const CleanHtml& html) {
    const std::string document = "<!DOCTYPE html>" + html.html;
    const HtmlTree tree(document);
    TextWriter writer;
    tree.walk_body(writer);
    return writer.finish();
}

}  // namespace paperround::email
