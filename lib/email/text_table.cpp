#include "email/text_table.hpp"

#include <algorithm>

#include "base/display_width.hpp"
#include "email/line_wrap.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t gap = 2;

bool breaks_lines(GumboTag tag) {
    switch (tag) {
        case GUMBO_TAG_P:
        case GUMBO_TAG_DIV:
        case GUMBO_TAG_UL:
        case GUMBO_TAG_OL:
        case GUMBO_TAG_DL:
        case GUMBO_TAG_PRE:
        case GUMBO_TAG_BLOCKQUOTE:
        case GUMBO_TAG_FIGURE:
        case GUMBO_TAG_TABLE:
        case GUMBO_TAG_HR:
        case GUMBO_TAG_H1:
        case GUMBO_TAG_H2:
        case GUMBO_TAG_H3:
        case GUMBO_TAG_H4:
        case GUMBO_TAG_H5:
        case GUMBO_TAG_H6:
            return true;
        default:
            return false;
    }
}

std::vector<std::size_t> widths_of(const TextTable& table) {
    std::vector<std::size_t> widths;
    for (const auto& row : table.rows) {
        if (row.size() > widths.size()) widths.resize(row.size());
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    return widths;
}

void append_cell(std::string& line, std::string_view cell, LastDirection& last, Direction direction) {
    const std::string_view mark = mark_between(last.value(), cell, direction);
    last.see(mark);
    last.see(cell);
    line += mark;
    line += cell;
}

std::string aligned(const std::vector<std::string>& row, const std::vector<std::size_t>& widths,
                    Direction direction) {
    std::string line;
    LastDirection last;
    for (std::size_t i = 0; i < row.size(); ++i) {
        append_cell(line, row[i], last, direction);
        line.append(widths[i] - display_width(row[i]) + gap, ' ');
    }
    return line;
}

std::string underline(const std::vector<std::size_t>& widths) {
    std::string line;
    for (const std::size_t width : widths) line += std::string(width, '-') + std::string(gap, ' ');
    return line;
}

std::vector<std::string> list_of(const TextTable& table, std::size_t columns, Direction direction) {
    std::vector<std::string> lines;
    for (const auto& row : table.rows) {
        std::string item;
        LastDirection last;
        for (const std::string& cell : row) {
            if (&cell != &row.front()) item += " | ";
            append_cell(item, cell, last, direction);
        }
        bool first = true;
        for (const std::string& line : wrap(item, columns - 2)) {
            lines.push_back((first ? "- " : "  ") + line);
            first = false;
        }
    }
    return lines;
}

}  // namespace

// Depth first, without a stack, up to the first element that breaks lines.
bool is_data_table(const GumboNode& table) {
    const GumboNode* parent = &table;
    unsigned index = 0;
    for (;;) {
        const GumboVector& children = parent->v.element.children;
        if (index < children.length) {
            const auto* node = static_cast<const GumboNode*>(children.data[index++]);
            if (node->type != GUMBO_NODE_ELEMENT) continue;
            if (breaks_lines(node->v.element.tag)) return false;
            parent = node;
            index = 0;
        } else if (parent == &table) {
            return true;
        } else {
            index = static_cast<unsigned>(parent->index_within_parent) + 1;
            parent = parent->parent;
        }
    }
}

Direction direction_of(const TextTable& table) {
    std::string words;
    for (const auto& row : table.rows) {
        for (const std::string& cell : row) words += cell + ' ';
    }
    return main_direction(words);
}

std::vector<std::string> lay_out(const TextTable& table, std::size_t columns) {
    const Direction direction = direction_of(table);
    const auto widths = widths_of(table);
    std::size_t total = 0;
    for (const std::size_t width : widths) total += width + gap;
    if (total > columns + gap) return list_of(table, columns, direction);
    std::vector<std::string> lines;
    for (const auto& row : table.rows) {
        lines.push_back(aligned(row, widths, direction));
        if (table.has_header && lines.size() == 1) lines.push_back(underline(widths));
    }
    return lines;
}

}  // namespace paperround::email
