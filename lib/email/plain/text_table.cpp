#include "email/plain/text_table.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "base/text/display_width.hpp"
#include "email/html/html_tree.hpp"
#include "email/text/line_wrap.hpp"

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

// A cell's only paragraph is the cell.
bool is_whole_cell(const GumboNode& node) {
    const GumboTag tag = node.v.element.tag;
    const GumboTag around = node.parent->v.element.tag;
    if ((tag != GUMBO_TAG_P && tag != GUMBO_TAG_DIV) || (around != GUMBO_TAG_TD && around != GUMBO_TAG_TH))
        return false;
    const GumboVector& siblings = node.parent->v.element.children;
    std::size_t others = 0;
    for (unsigned i = 0; i < siblings.length && others < 2; ++i) {
        if (static_cast<const GumboNode*>(siblings.data[i])->type != GUMBO_NODE_WHITESPACE) ++others;
    }
    return others == 1;
}

std::size_t count_rows(const GumboNode& table) {
    std::size_t rows = 0;
    const GumboVector& groups = table.v.element.children;
    for (unsigned i = 0; i < groups.length; ++i) {
        const auto* group = static_cast<const GumboNode*>(groups.data[i]);
        if (group->type != GUMBO_NODE_ELEMENT) continue;
        const GumboVector& parts = group->v.element.children;
        for (unsigned j = 0; j < parts.length; ++j) {
            const auto* part = static_cast<const GumboNode*>(parts.data[j]);
            if (part->type == GUMBO_NODE_ELEMENT && part->v.element.tag == GUMBO_TAG_TR) ++rows;
        }
    }
    return rows;
}

unsigned span_of(const GumboNode& cell, const char* name) {
    constexpr unsigned most = 20;
    const auto said = attribute_of(cell, name);
    unsigned span = 1;
    if (said) std::from_chars(said->data(), said->data() + said->size(), span);
    return std::clamp(span, 1U, most);
}

// A place of the grid that the cells of all rows and columns make.
struct Place {
    const TextCell* cell = nullptr;  // null where another cell reaches to
    bool joined = false;             // to the one before it in the row
};
using Grid = std::vector<std::vector<Place>>;

constexpr std::size_t most_columns = 60;

Grid grid_of(const TextTable& table) {
    Grid grid;
    std::vector<unsigned> reaching;  // by column: rows that a cell above still takes
    for (const auto& row : table.rows) {
        std::vector<Place> places;
        const auto skip_taken = [&] {
            while (places.size() < reaching.size() && reaching[places.size()] > 0) {
                --reaching[places.size()];
                places.emplace_back();
            }
        };
        for (const TextCell& cell : row) {
            skip_taken();
            for (unsigned i = 0; i < cell.columns && places.size() < most_columns; ++i) {
                if (places.size() >= reaching.size()) reaching.resize(places.size() + 1);
                reaching[places.size()] = cell.rows - 1;
                places.push_back(i == 0 ? Place{&cell} : Place{.joined = true});
            }
            if (places.size() >= most_columns) break;
        }
        skip_taken();
        grid.push_back(std::move(places));
    }
    return grid;
}

// Columns that the cell at `at` takes in its row.
std::size_t reach_of(const std::vector<Place>& row, std::size_t at) {
    std::size_t reach = 1;
    while (at + reach < row.size() && row[at + reach].joined) ++reach;
    return reach;
}

std::size_t width_of(const std::vector<std::size_t>& widths, std::size_t at, std::size_t reach) {
    std::size_t width = (reach - 1) * gap;
    for (std::size_t i = at; i < at + reach; ++i) width += widths[i];
    return width;
}

// Those that take several columns come last: they widen the last of these by what is missing.
std::vector<std::size_t> widths_of(const Grid& grid) {
    std::vector<std::size_t> widths;
    for (const bool several : {false, true}) {
        for (const auto& row : grid) {
            if (row.size() > widths.size()) widths.resize(row.size());
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::size_t reach = reach_of(row, i);
                if (row[i].cell == nullptr || (reach > 1) != several) continue;
                const std::size_t wanted = display_width(row[i].cell->text);
                const std::size_t given = width_of(widths, i, reach);
                if (wanted > given) widths[i + reach - 1] += wanted - given;
            }
        }
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

std::string aligned(const std::vector<Place>& row, const std::vector<std::size_t>& widths,
                    Direction direction) {
    std::string line;
    LastDirection last;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i].joined) continue;
        const std::size_t room = width_of(widths, i, reach_of(row, i));
        const TextCell empty;
        const TextCell& cell = row[i].cell == nullptr ? empty : *row[i].cell;
        const std::size_t spare = room - std::min(room, display_width(cell.text));
        const std::size_t before = cell.alignment == Alignment::end      ? spare
                                   : cell.alignment == Alignment::centre ? spare / 2
                                                                         : 0;
        line.append(before, ' ');
        append_cell(line, cell.text, last, direction);
        line.append(spare - before + gap, ' ');
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
        for (const TextCell& cell : row) {
            if (&cell != &row.front()) item += " | ";
            append_cell(item, cell.text, last, direction);
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
    const bool has_rows = count_rows(table) > 1;
    const GumboNode* parent = &table;
    unsigned index = 0;
    for (;;) {
        const GumboVector& children = parent->v.element.children;
        if (index < children.length) {
            const auto* node = static_cast<const GumboNode*>(children.data[index++]);
            if (node->type != GUMBO_NODE_ELEMENT) continue;
            if (breaks_lines(node->v.element.tag) && !(has_rows && is_whole_cell(*node))) return false;
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

TextCell text_cell(const GumboNode& cell) {
    std::string said(attribute_of(cell, "align").value_or(""));
    const std::string style = replace_all(attribute_of(cell, "style").value_or(""), " ", "");
    for (const std::string_view side : {"right", "center", "end"}) {
        if (style.find("text-align:" + std::string(side)) != std::string::npos) said = side;
    }
    const bool end = ascii_iequals(said, "right") || said == "end";
    return {.alignment = end                             ? Alignment::end
                         : ascii_iequals(said, "center") ? Alignment::centre
                                                         : Alignment::start,
            .columns = span_of(cell, "colspan"),
            .rows = span_of(cell, "rowspan")};
}

Direction direction_of(const TextTable& table) {
    std::string words;
    for (const auto& row : table.rows) {
        for (const TextCell& cell : row) words += cell.text + ' ';
    }
    return main_direction(words);
}

std::vector<std::string> lay_out(const TextTable& table, std::size_t columns) {
    const Direction direction = direction_of(table);
    const Grid grid = grid_of(table);
    const auto widths = widths_of(grid);
    std::size_t total = 0;
    for (const std::size_t width : widths) total += width + gap;
    if (total > columns + gap) return list_of(table, columns, direction);
    std::vector<std::string> lines;
    for (const auto& row : grid) {
        lines.push_back(aligned(row, widths, direction));
        if (table.has_header && lines.size() == 1) lines.push_back(underline(widths));
    }
    return lines;
}

}  // namespace paperround::email
