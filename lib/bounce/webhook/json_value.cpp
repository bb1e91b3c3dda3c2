#include "bounce/webhook/json_value.hpp"

#include <nlohmann/json.hpp>

namespace paperround::bounce {

namespace {

// Builds the tree while the text is read, and ends the reading at a limit.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Builder(JsonValue& root) : open_{&root} {}

    bool null() override { return add({}); }
    bool boolean(bool value) override {
        return add({.kind = JsonValue::Kind::boolean, .text = value ? "true" : "false"});
    }
    bool number_integer(number_integer_t value) override { return number(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& written) override { return number(written); }
    bool string(string_t& value) override {
        return add({.kind = JsonValue::Kind::text, .text = std::move(value)});
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open({.kind = JsonValue::Kind::object}); }
    bool key(string_t& name) override {
        open_.back()->names.push_back(std::move(name));
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open({.kind = JsonValue::Kind::list}); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return false;
    }

  private:
    bool number(std::string written) {
        return add({.kind = JsonValue::Kind::number, .text = std::move(written)});
    }
    // Where the next value goes; the root first.
    JsonValue* place(JsonValue value) {
        if (++values_ > json_values) return nullptr;
        JsonValue& parent = *open_.back();
        if (values_ == 1) {
            parent = std::move(value);
            return &parent;
        }
        return &parent.items.emplace_back(std::move(value));
    }
    bool add(JsonValue value) { return place(std::move(value)) != nullptr; }
    bool open(JsonValue value) {
        const bool is_root = values_ == 0;
        JsonValue* const placed = place(std::move(value));
        if (placed == nullptr || open_.size() > json_depth) return false;
        if (!is_root) open_.push_back(placed);
        return true;
    }
    bool close() {
        if (open_.size() > 1) open_.pop_back();
        return true;
    }

    // Only the innermost grows, so the others stay where they are.
    std::vector<JsonValue*> open_;
    std::size_t values_ = 0;
};

void append_text(std::string& out, const std::string& text) {
    out += nlohmann::json(text).dump();
}

void append_json(std::string& out, const JsonValue& value) {
    switch (value.kind) {
        case JsonValue::Kind::null:
            out += "null";
            return;
        case JsonValue::Kind::boolean:
        case JsonValue::Kind::number:
            out += value.text;
            return;
        case JsonValue::Kind::text:
            append_text(out, value.text);
            return;
        case JsonValue::Kind::list:
            out += '[';
            for (const JsonValue& item : value.items) {
                if (&item != value.items.data()) out += ',';
                append_json(out, item);
            }
            out += ']';
            return;
        case JsonValue::Kind::object:
            break;
    }
    out += '{';
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) out += ',';
        append_text(out, value.names[i]);
        out += ':';
        append_json(out, value.items[i]);
    }
    out += '}';
}

}  // namespace

const JsonValue& JsonValue::operator[](std::string_view name) const {
    static const JsonValue nothing;
    for (std::size_t i = names.size(); i > 0; --i) {
        if (names[i - 1] == name) return items[i - 1];
    }
    return nothing;
}

std::string_view JsonValue::words() const {
    return kind == Kind::text || kind == Kind::number ? std::string_view(text) : std::string_view();
}

std::string JsonValue::to_json() const {
    std::string out;
    append_json(out, *this);
    return out;
}

std::optional<JsonValue> parse_json(std::string_view octets) {
    if (octets.size() > json_limit) return std::nullopt;
    JsonValue root;
    Builder builder(root);
    if (!nlohmann::json::sax_parse(octets.begin(), octets.end(), &builder)) return std::nullopt;
    return root;
}

}  // namespace paperround::bounce
