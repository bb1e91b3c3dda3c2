#include "email/plain/text_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "base/text/unseen.hpp"
#include "email/html/html_tree.hpp"
#include "email/page/html_roles.hpp"
#include "email/plain/inline_text.hpp"
#include "email/plain/list_numbers.hpp"
#include "email/plain/text_blocks.hpp"
#include "email/plain/text_lines.hpp"
#include "email/plain/text_table.hpp"
#include "email/text/bidi.hpp"

namespace paperround::email {

namespace {

constexpr std::string_view struck = "~~";
// Columns of a cell's lines: how wide they may be is known when all of the table is.
constexpr std::size_t unwrapped = std::numeric_limits<std::size_t>::max();

class TextWriter {
  public:
    bool open(const GumboNode& node) {
        if (is_text(node)) return text(node.v.text.text), false;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        if (is_struck(node)) text(struck);
        if (keeps_lines(node)) ++kept_lines_;
        switch (node.v.element.tag) {
            case GUMBO_TAG_BR:
                break_line();
                break;
            case GUMBO_TAG_HR:
                rule();
                break;
            case GUMBO_TAG_IMG:
                image(node);
                break;
            case GUMBO_TAG_A:
                if (is_block_link(node)) end_paragraph();
                inline_.open_link(is_whole_picture(node) ? "" : attribute_of(node, "href").value_or(""));
                break;
            case GUMBO_TAG_Q:
                text(quotes_++ % 2 == 0 ? "\u201C" : "\u2018");
                break;
            case GUMBO_TAG_RT:
                if (!has_brackets(node)) text("(");
                break;
            case GUMBO_TAG_SUP:
            case GUMBO_TAG_SUB:
                inline_.open_script();
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
        if (is_struck(node)) text(struck);
        if (keeps_lines(node)) --kept_lines_;
        switch (node.v.element.tag) {
            case GUMBO_TAG_A:
                inline_.close_link();
                if (is_block_link(node)) end_paragraph();
                break;
            case GUMBO_TAG_Q:
                text(--quotes_ % 2 == 0 ? "\u201D" : "\u2019");
                break;
            case GUMBO_TAG_RT:
                if (!has_brackets(node)) text(")");
                break;
            case GUMBO_TAG_SUP:
                inline_.close_script(Script::super);
                break;
            case GUMBO_TAG_SUB:
                inline_.close_script(Script::sub);
                break;
            case GUMBO_TAG_TD:
            case GUMBO_TAG_TH:
                close_cell(node);
                break;
            default:
                close_block(node);
        }
    }

    std::string finish() {
        end_paragraph();
        lines_.separate();
        for (const std::string& note : inline_.notes()) lines_.write(note);
        return lines_.take();
    }

  private:
    void text(std::string_view piece) {
        if (preformatted_ > 0) {
            inline_.append_verbatim(piece);
        } else {
            // A terminal shows hyphens even where no word is divided.
            const std::string plain = replace_all(piece, "\u00AD", "");
            if (kept_lines_ == 0) return inline_.append(plain);
            bool first = true;
            for (const std::string_view line : split(plain, '\n')) {
                if (!std::exchange(first, false)) break_line();
                inline_.append(line);
            }
        }
    }

    // Of several blank lines one is enough, but in code.
    void break_line() {
        if (preformatted_ == 0 && inline_.text().ends_with("\n\n")) return;
        inline_.break_line();
    }

    void image(const GumboNode& node) {
        const std::string alt = collapse_spaces(attribute_of(node, "alt").value_or(""));
        if (alt.empty()) return inline_.note_picture();
        const bool formula = attribute_of(node, "class").value_or("") == "formula";
        text(formula ? alt : fmt::format("[{}]", alt));
        inline_.end_word();
    }

    void open_block(const GumboNode& node) {
        const GumboTag tag = node.v.element.tag;
        if ((tag == GUMBO_TAG_P || tag == GUMBO_TAG_DIV) &&
            ((table_ && is_whole_cell(node)) || is_mark_of_block(inline_.text())))
            return;
        if (stands_apart(node)) return end_paragraph(true), void();
        if (begins_a_line(tag) || is_caption(node)) end_paragraph();
        switch (tag) {
            case GUMBO_TAG_TABLE:
                end_paragraph(true);
                if (is_data_table(node)) table_.emplace();
                break;
            case GUMBO_TAG_PRE:
                open_indented("    ");
                ++preformatted_;
                break;
            case GUMBO_TAG_BLOCKQUOTE:
                open_indented("> ");
                break;
            case GUMBO_TAG_UL:
            case GUMBO_TAG_OL:
                open_list(node);
                break;
            case GUMBO_TAG_LI:
                open_item(node);
                break;
            case GUMBO_TAG_DD:
                lines_.indent("    ", "    ");
                break;
            case GUMBO_TAG_TR:
                if (table_) table_->rows.emplace_back();
                break;
            default:
                break;
        }
    }

    void close_block(const GumboNode& node) {
        const GumboTag tag = node.v.element.tag;
        if (const char underline = underline_of(tag); underline != 0) return heading(underline);
        if (table_ && is_whole_cell(node)) return;
        if (stands_apart(node)) return end_paragraph(true), void();
        if (begins_a_line(tag) || is_caption(node)) end_paragraph();
        switch (tag) {
            case GUMBO_TAG_TABLE:
                close_table();
                break;
            case GUMBO_TAG_PRE:
                end_paragraph(true);
                --preformatted_;
                lines_.outdent();
                break;
            case GUMBO_TAG_BLOCKQUOTE:
                end_paragraph(true);
                lines_.outdent();
                break;
            case GUMBO_TAG_UL:
            case GUMBO_TAG_OL:
                end_paragraph(lists_.size() == 1);
                lists_.pop_back();
                if (lists_.empty()) lines_.end_outermost_list();
                break;
            case GUMBO_TAG_LI:
            case GUMBO_TAG_DD:
                lines_.end_item();
                break;
            default:
                break;
        }
    }

    void open_indented(const char* margin) {
        end_paragraph(true);
        lines_.indent(margin, margin);
    }

    // The cells of a layout table follow each other as paragraphs.
    void open_cell(const GumboNode& node) {
        end_paragraph();
        if (!table_ || table_->rows.empty()) return;
        around_cell_ = std::exchange(lines_, TextLines(unwrapped, lines_.direction()));
        if (table_->rows.size() != 1) return;
        const bool header = node.v.element.tag == GUMBO_TAG_TH;
        table_->has_header = header && (table_->rows[0].empty() || table_->has_header);
    }

    void close_cell(const GumboNode& node) {
        if (!around_cell_) return end_paragraph(), void();
        TextCell cell = text_cell(node);
        cell.text = text_of_cell();
        table_->rows.back().push_back(std::move(cell));
        lines_ = *std::exchange(around_cell_, std::nullopt);
    }

    // One line, unless blocks stand in the cell.
    std::string text_of_cell() {
        if (lines_.empty()) return collapse_spaces(inline_.take(lines_.direction()));
        end_paragraph();
        const std::string lines = lines_.take();
        std::string text;
        for (const std::string_view line : split(lines, '\n')) {
            if (trim(line).empty()) continue;
            if (!text.empty()) text += '\n';
            text += line;
        }
        return text;
    }

    void close_table() {
        end_paragraph(true);
        if (table_) {
            std::erase_if(table_->rows, [](auto& row) {
                return std::ranges::all_of(row, [](auto& cell) { return cell.text.empty(); });
            });
            const Direction direction = direction_of(*table_);
            for (const std::string& line : lay_out(*table_, lines_.room())) lines_.write(line, direction);
            table_.reset();
        }
        lines_.separate_block();
    }

    void open_list(const GumboNode& node) {
        end_paragraph(lists_.empty());
        lists_.emplace_back(node);
    }

    void open_item(const GumboNode& node) {
        lines_.begin_item(lists_.empty() ? "- " : lists_.back().next(node));
    }

    void rule() {
        end_paragraph(true);
        lines_.write("* * *");
        lines_.separate();
    }

    void heading(char underline) {
        const Direction direction = main_direction(inline_.text(), lines_.direction());
        const std::size_t widest = std::min(end_paragraph(), lines_.room());
        if (widest > 0) lines_.write(std::string(widest, underline), direction);
        lines_.separate();
    }

    // Writes what has gathered; returns the width of its longest line. `blank`: a blank line separates it
    // from others.
    std::size_t end_paragraph(bool blank = false) {
        std::size_t widest = 0;
        const std::string gathered = inline_.take(lines_.direction());
        if (preformatted_ > 0) {
            write_preformatted(gathered);
        } else if (const std::string_view text = trim(gathered); !trim_white_space(text).empty()) {
            widest = lines_.write_wrapped(text);
        }
        if (blank) lines_.separate_block();
        return widest;
    }

    void write_preformatted(std::string_view block) {
        while (block.starts_with('\n')) block.remove_prefix(1);
        block = trim_end(block);
        if (block.empty()) return;
        for (const std::string_view line : split(block, '\n')) lines_.write(line);
    }

    TextLines lines_;
    std::optional<TextLines> around_cell_;  // the table's, while those of a cell are gathered
    InlineText inline_;                     // waits for its block to end
    std::optional<TextTable> table_;        // the one that is gathered
    std::vector<ListNumbers> lists_;        // the open ones
    int preformatted_ = 0;
    int kept_lines_ = 0;  // how many elements are open whose lines are the text's
    int quotes_ = 0;      // how many <q> are open
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
