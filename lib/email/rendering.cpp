#include "email/rendering.hpp"

#include <kainjow/mustache.hpp>
#include <memory>
#include <utility>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "email/article.hpp"
#include "email/css/css_inliner.hpp"
#include "email/header_fields.hpp"
#include "email/inbox_lines.hpp"
#include "email/template_fields.hpp"

namespace paperround::email {

namespace {

using kainjow::mustache::data;

RenderError render_error(const InlineError& error) {
    switch (error.code) {
        case InlineError::Code::style_too_large:
            return {RenderError::Code::template_failed, error.message};
        case InlineError::Code::too_much_work:
            return {RenderError::Code::post_too_complex, error.message};
        case InlineError::Code::interrupted:
            return {RenderError::Code::interrupted, error.message};
        default:
            return {RenderError::Code::post_too_large, error.message};
    }
}

// A style sheet takes no values of readers, so its marks are none.
Result<std::string, RenderError> run_engine(const CheckedTemplate& checked, const data& fields,
                                            TemplateKind kind) {
    kainjow::mustache::mustache engine(checked.mustache);
    if (kind == TemplateKind::html) {
        engine.set_custom_escape([](const std::string& value) { return escape_html(value); });
    } else {
        engine.set_custom_escape([](const std::string& value) { return value; });
    }
    std::string out = engine.render(fields);
    if (!engine.is_valid())
        return failure(RenderError{RenderError::Code::template_failed, engine.error_message()});
    return out;
}

Result<MergeText, RenderError> run_template(const CheckedTemplate& checked, const data& fields,
                                            TemplateKind kind, const std::stop_token& stop) {
    auto marked = run_engine(checked, fields, kind);
    if (!marked) return failure(marked.error());
    if (!marked->ends_with('\n')) *marked += '\n';
    if (kind == TemplateKind::html) {
        auto inlined = inline_css(*marked, {}, stop);
        if (!inlined) return failure(render_error(inlined.error()));
        marked = std::move(*inlined);
    }
    return MergeText(*marked, checked.fields);
}

// `=_` stands in no quoted-printable and in no base64, so that no part can hold the boundary (RFC 2045 §6.7).
std::string boundary_for(std::string_view mailing_key) {
    return "=_" + hex(sha256(mailing_key).substr(0, 12));
}

}  // namespace

Result<RenderedMailing, RenderError> render_mailing(const TemplateSet& templates,
                                                    const MailingContent& content,
                                                    const std::stop_token& stop) {
    if (content.posts.empty())
        return failure(RenderError{RenderError::Code::no_post, "a mailing without a post"});
    const auto articles = clean_articles(content, stop);
    if (!articles) return failure(articles.error());
    const Strings& strings =
        templates.strings_for(content.language.empty() ? content.newsletter.language : content.language);
    data fields = fields_of(content, strings, *articles);
    const auto style = run_engine(templates.style(), fields, TemplateKind::style);
    if (!style) return failure(style.error());
    fields.set("style", field(*style));
    auto text = run_template(templates.text(), fields, TemplateKind::text, stop);
    if (!text) return failure(text.error());
    auto html = run_template(templates.html(), fields, TemplateKind::html, stop);
    if (!html) return failure(html.error());
    std::string subject = content.subject_mark + subject_of(content, *articles, strings);
    std::string boundary = boundary_for(content.mailing_key);
    Edition edition{.sender = content.newsletter.from.address,
                    .subject = subject,
                    .header_fields = fixed_fields(content, subject),
                    .boundary = std::move(boundary),
                    .text = marked(*text),
                    .text_fields = text->fields(),
                    .html = marked(*html),
                    .html_fields = html->fields()};
    auto shown = std::make_shared<const InlinePictures>(shown_pictures(edition.html, content.pictures));
    return RenderedMailing(edition, std::move(shown));
}

}  // namespace paperround::email
