#include "email/plain/text_table.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

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

struct TableShape {
    std::size_t rows = 0;
    bool has_columns = false;  // a row has several cells
    bool has_header = false;
};

TableShape shape_of(const GumboNode& table) {
    TableShape shape;
    for (const GumboNode* group : elements_in(table)) {
        for (const GumboNode* row : elements_in(*group)) {
            if (row->v.element.tag != GUMBO_TAG_TR) continue;
            ++shape.rows;
            const auto cells = elements_in(*row);
            if (cells.size() > 1) shape.has_columns = true;
            for (const GumboNode* cell : cells) {
                if (cell->v.element.tag == GUMBO_TAG_TH) shape.has_header = true;
            }
        }
    }
    return shape;
}

// Whether the lines of this element may stand beside those of other cells.
bool stands_in_cell(const GumboNode& node, const TableShape& shape) {
    if (shape.rows < 2 || !shape.has_columns) return false;
    switch (node.v.element.tag) {
        case GUMBO_TAG_UL:
        case GUMBO_TAG_OL:
        case GUMBO_TAG_DL:
        case GUMBO_TAG_BLOCKQUOTE:
            return true;
        case GUMBO_TAG_P:
        case GUMBO_TAG_DIV: {
            const GumboTag around = node.parent->v.element.tag;
            return shape.has_header || around == GUMBO_TAG_LI || around == GUMBO_TAG_DD ||
                   around == GUMBO_TAG_BLOCKQUOTE;
        }
        default:
            return false;
    }
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

std::size_t width_of_lines(std::string_view text) {
    std::size_t widest = 0;
    for (const std::string_view line : split(text, '\n')) widest = std::max(widest, display_width(line));
    return widest;
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
                const std::size_t wanted = width_of_lines(row[i].cell->text);
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

// A line of a row, of which each cell that is no longer empty gives its next.
std::string aligned(const std::vector<Place>& row, const std::vector<std::size_t>& widths,
                    std::vector<std::string_view>& waiting, Direction direction) {
    std::string line;
    LastDirection last;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i].joined) continue;
        const std::size_t room = width_of(widths, i, reach_of(row, i));
        const Alignment alignment = row[i].cell == nullptr ? Alignment::start : row[i].cell->alignment;
        const std::string_view words = waiting[i].substr(0, waiting[i].find('\n'));
        waiting[i].remove_prefix(std::min(words.size() + 1, waiting[i].size()));
        const std::size_t spare = room - std::min(room, display_width(words));
        const std::size_t before = alignment == Alignment::end      ? spare
                                   : alignment == Alignment::centre ? spare / 2
                                                                    : 0;
        line.append(before, ' ');
        append_cell(line, words, last, direction);
        line.append(spare - before + gap, ' ');
    }
    return line;
}

void append_row(std::vector<std::string>& lines, const std::vector<Place>& row,
                const std::vector<std::size_t>& widths, Direction direction) {
    std::vector<std::string_view> waiting;
    waiting.reserve(row.size());
    for (const Place& place : row) {
        waiting.push_back(place.cell == nullptr ? std::string_view{} : std::string_view(place.cell->text));
    }
    do {
        lines.push_back(aligned(row, widths, waiting, direction));
    } while (std::ranges::any_of(waiting, [](std::string_view rest) { return !rest.empty(); }));
}

std::string underline(const std::vector<std::size_t>& widths) {
    std::string line;
    for (const std::size_t width : widths) line += std::string(width, '-') + std::string(gap, ' ');
    return line;
}

// An item of a list: a row of which the cells of one line stand behind each other, the others below.
class RowItem {
  public:
    RowItem(std::vector<std::string>& lines, std::size_t columns) : lines_(lines), columns_(columns) {}

    void add(const TextCell& cell, Direction direction) {
        if (cell.text.find('\n') != std::string::npos) {
            flush();
            for (const std::string_view line : split(cell.text, '\n')) write(line);
            return;
        }
        if (std::exchange(gathers_, true)) joined_ += " | ";
        append_cell(joined_, cell.text, last_, direction);
    }

    void flush() {
        if (std::exchange(gathers_, false)) write(std::exchange(joined_, {}));
        last_ = {};
    }

  private:
    // What is wrapped of an item of a list in the cell stands below its words.
    void write(std::string_view line) {
        const std::size_t margin = std::min(line.find_first_not_of(' '), line.size());
        const bool bullet = line.substr(margin).starts_with("- ");
        std::string before = (std::exchange(begun_, true) ? "  " : "- ") + std::string(margin, ' ');
        for (const std::string& piece :
             wrap(line.substr(margin), columns_ - std::min(columns_ / 2, before.size()))) {
            lines_.push_back(before + piece);
            before = std::string(2 + margin + (bullet ? 2 : 0), ' ');
        }
    }

    std::vector<std::string>& lines_;
    std::size_t columns_;
    std::string joined_;
    LastDirection last_;
    bool gathers_ = false;
    bool begun_ = false;
};

std::vector<std::string> list_of(const TextTable& table, std::size_t columns, Direction direction) {
    std::vector<std::string> lines;
    for (const auto& row : table.rows) {
        RowItem item(lines, columns);
        for (const TextCell& cell : row) item.add(cell, direction);
        item.flush();
    }
    return lines;
}

}  // namespace

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

// Depth first, without a stack, up to the first element that breaks lines.
bool is_data_table(const GumboNode& table) {
    const TableShape shape = shape_of(table);
    const GumboNode* parent = &table;
    unsigned index = 0;
    for (;;) {
        const GumboVector& children = parent->v.element.children;
        if (index < children.length) {
            const auto* node = static_cast<const GumboNode*>(children.data[index++]);
            if (node->type != GUMBO_NODE_ELEMENT) continue;
            const bool whole = shape.rows > 1 && is_whole_cell(*node);
            if (breaks_lines(node->v.element.tag) && !whole && !stands_in_cell(*node, shape)) return false;
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
        append_row(lines, row, widths, direction);
        if (table.has_header && &row == &grid.front()) lines.push_back(underline(widths));
    }
    return lines;
}

}  // namespace paperround::email
