#include "email/page/shortcodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "email/html/html_tokenizer.hpp"
#include "email/page/shortcode.hpp"

namespace paperround::email {

namespace {

constexpr std::size_t longest_captioned = 8192;

std::string film_address(const Shortcode& code) {
    if (const auto address = address_in(code.attributes); !address.empty()) return std::string(address);
    std::string_view id = first_said(code.attributes, {"id", "video_id"});
    if (id.empty()) id = trim(code.attributes);
    if (id.starts_with('=')) id.remove_prefix(1);
    if (id.empty() || !std::ranges::all_of(id, may_name_shortcode)) return {};
    if (code.name == "youtube") return fmt::format("https://www.youtube.com/watch?v={}", id);
    return code.name == "vimeo" ? fmt::format("https://vimeo.com/{}", id) : std::string{};
}

std::string in_paragraph(std::string_view html) {
    return fmt::format("<p>{}</p>", html);
}

// What a page builder shows that stands in no text of its own.
std::string said_by_layout(const Shortcode& code) {
    const std::string_view source = first_said(code.attributes, {"src", "image_url", "link", "url"});
    const std::string_view words = first_said(code.attributes, {"text", "title", "button_text", "heading"});
    const std::string path = ascii_lower(source.substr(0, source.find_first_of("?#")));
    const bool picture = std::ranges::any_of(std::array{".jpg", ".jpeg", ".png", ".gif", ".webp"},
                                             [&](std::string_view end) { return path.ends_with(end); });
    std::string said;
    if (is_whole_address(source) && picture)
        said = in_paragraph(fmt::format("<img src=\"{}\" alt=\"\">", source));
    const std::string_view address = first_said(code.attributes, {"button_url", "link", "url", "href"});
    if (!words.empty() && is_whole_address(address) && !picture)
        return said + in_paragraph(fmt::format("<a href=\"{}\">{}</a>", address, words));
    if (!words.empty()) said += in_paragraph(fmt::format("<strong>{}</strong>", words));
    if (words.empty() && !picture && is_whole_address(source)) said += in_paragraph(source);
    return said;
}

std::string recording_element(const Shortcode& code) {
    const std::string_view source =
        first_said(code.attributes, {"src", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav"});
    return is_whole_address(source) ? fmt::format("<{0} src=\"{1}\"></{0}>", code.name, source)
                                    : std::string{};
}

class ShortcodeReading {
  public:
    explicit ShortcodeReading(std::string_view html) : html_(html) {}

    std::string run() {
        if (!find_ends()) return std::string(html_);
        HtmlTokenizer tokenizer(html_);
        HtmlToken token;
        std::size_t written = 0;
        while (tokenizer.next(token)) {
            const std::size_t behind = html_.size() - tokenizer.rest().size();
            if (token.kind != HtmlToken::Kind::text) {
                tag(token);
            } else if (unread_ == 0) {
                const auto begin = static_cast<std::size_t>(token.text.data() - html_.data());
                out_ += html_.substr(written, begin - written);
                at_ = begin;
                text(token.text);
                written = begin + token.text.size();
            }
            out_ += html_.substr(written, behind - written);
            written = behind;
        }
        out_ += html_.substr(written);
        return std::move(out_);
    }

  private:
    // Of which names there is an end; false where no shortcode is known at all.
    bool find_ends() {
        bool any = false;
        for (auto at = html_.find('['); at != std::string_view::npos; at = html_.find('[', at + 1)) {
            const auto code = shortcode_at(html_.substr(at));
            any = any || code;
            if (code && code->end) ends_.insert(code->name);
        }
        return any;
    }

    void tag(const HtmlToken& token) {
        constexpr std::array<std::string_view, 8> code{"pre",      "code",   "kbd",   "samp",
                                                       "textarea", "script", "style", "xmp"};
        const bool begins = token.kind == HtmlToken::Kind::start_tag;
        if (std::ranges::find(code, token.name) != code.end() && !token.self_closing) {
            if (begins) ++unread_;
            if (!begins && unread_ > 0) --unread_;
        }
        if (caption_ == Caption::none) return;
        if (token.name == "a") in_link_ = begins;
        if (begins && token.name == "img") caption_ = std::max(caption_, Caption::after_picture);
    }

    void text(std::string_view text) {
        const auto [first, last] = words_alone(text);
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t next = std::min(text.find('[', at), text.size());
            words(text.substr(at, next - at));
            at = next;
            if (at == text.size()) return;
            const auto code = shortcode_at(text.substr(at));
            const bool escaped = at > 0 && text[at - 1] == '[';
            const bool counted = code && !escaped && counts(*code, first < at && at < last);
            if (counted &&
                (code->kind != ShortcodeKind::caption || code->end || caption_ends_near(at_ + at))) {
                write(*code);
                at += code->length;
            } else {
                words(text.substr(at++, 1));
            }
        }
    }

    // From where to where in the text there is more than shortcodes.
    static std::pair<std::size_t, std::size_t> words_alone(std::string_view text) {
        std::size_t first = text.size();
        std::size_t last = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto code = text[at] == '[' ? shortcode_at(text.substr(at)) : std::nullopt;
            if (!code && !is_ascii_space(text[at])) {
                first = std::min(first, at);
                last = at;
            }
            at += code ? code->length : 1;
        }
        return {first, last};
    }

    // `amid`: words stand on both sides of it.
    [[nodiscard]] bool counts(const Shortcode& code, bool amid) const {
        const bool pair = ends_.contains(code.name);
        switch (code.kind) {
            case ShortcodeKind::layout:
                return pair || !amid;
            case ShortcodeKind::wrapper:
                return pair;
            case ShortcodeKind::caption:
                return code.end ? caption_ != Caption::none : pair && code.has_attributes();
            case ShortcodeKind::recording:
                return code.end ? pair : !recording_element(code).empty();
            case ShortcodeKind::film:
                return pair || !film_address(code).empty();
            case ShortcodeKind::page:
                return !amid && (code.end || code.has_attributes() || code.name == "gallery");
            case ShortcodeKind::form:
                return !amid;
            case ShortcodeKind::unknown:
                break;
        }
        return false;
    }

    void write(const Shortcode& code) {
        if (code.kind == ShortcodeKind::caption) return code.end ? end_caption() : begin_caption(code);
        if (is_button(code)) return button(code);
        // Its blocks stand apart.
        if (code.kind == ShortcodeKind::layout && ends_with_words()) out_ += "<br>";
        if (code.end) return;
        if (code.kind == ShortcodeKind::layout || code.kind == ShortcodeKind::wrapper)
            out_ += said_by_layout(code);
        if (code.kind == ShortcodeKind::recording) out_ += recording_element(code);
        if (code.kind == ShortcodeKind::page)
            out_ += fmt::format("<span class=\"{}\"></span>", page_alone_class);
        if (code.kind != ShortcodeKind::film) return;
        if (const std::string address = film_address(code); !address.empty()) out_ += "\n" + address + "\n";
    }

    // What stands between its marks is the words of a link.
    [[nodiscard]] bool is_button(const Shortcode& code) const {
        return (code.name.ends_with("button") || code.name.ends_with("btn")) && ends_.contains(code.name) &&
               first_said(code.attributes, {"button_text"}).empty();
    }

    void button(const Shortcode& code) {
        const std::string_view address = address_in(code.attributes);
        if (button_ && code.end) out_ += "</a>";
        button_ = !code.end && !address.empty();
        if (button_) out_ += fmt::format("<a class=\"wp-element-button\" href=\"{}\">", address);
    }

    [[nodiscard]] bool ends_with_words() const {
        constexpr std::size_t looked_at = 100;
        const std::string_view end =
            trim(std::string_view(out_).substr(out_.size() - std::min(out_.size(), looked_at)));
        return !end.empty() && !end.ends_with('>');
    }

    bool caption_ends_near(std::size_t at) {
        if (caption_end_ < at) caption_end_ = html_.find("caption]", at);
        return caption_end_ <= at + longest_captioned;
    }

    void begin_caption(const Shortcode& code) {
        if (caption_ != Caption::none) return;
        caption_ = Caption::begun;
        caption_said_ = first_said(code.attributes, {"caption"});
        out_ += "<figure>";
    }

    void end_caption() {
        if (caption_ != Caption::words && !caption_said_.empty()) {
            out_ += fmt::format("<figcaption>{}", caption_said_);
            caption_ = Caption::words;
        }
        if (caption_ == Caption::words) out_ += "</figcaption>";
        out_ += "</figure>";
        caption_ = Caption::none;
    }

    void words(std::string_view text) {
        if (caption_ == Caption::after_picture && !in_link_ && !trim(text).empty()) {
            out_ += "<figcaption>";
            caption_ = Caption::words;
        }
        out_ += text;
    }

    enum class Caption { none, begun, after_picture, words };

    std::string_view html_;
    std::size_t at_ = 0;  // of the text that is read
    std::string out_;
    std::set<std::string> ends_;
    unsigned unread_ = 0;  // elements of code that are open
    Caption caption_ = Caption::none;
    std::size_t caption_end_ = 0;    // of the next one, or npos
    std::string_view caption_said_;  // in an attribute
    bool in_link_ = false;
    bool button_ = false;  // one is open
};

}  // namespace

std::string with_shortcodes_read(std::string_view html) {
    return ShortcodeReading(html).run();
}

}  // namespace paperround::email
