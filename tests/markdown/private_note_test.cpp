#include "markdown/private_note.hpp"

#include <catch2/catch.hpp>
#include <string>

using paperround::markdown::PrivateNotes;

TEST_CASE("a note that an author keeps to himself goes, whichever program it was written for") {
    for (const std::string note :
         {"%%no%%", "%%\nno\n%%", "{% comment %}no{% endcomment %}",
          "{%- comment -%}\nno\n{%- endcomment -%}", "{# no #}", "{#- no -#}", "{#no#}", "{{/* no */}}",
          "{{- /* no */ -}}", "{{< comment >}}no{{< /comment >}}", "{{% comment %}}no{{% /comment %}}",
          "{::comment}no{:/comment}", "{::comment}no{:/}", "{/* no */}"}) {
        INFO(note);
        PrivateNotes notes;
        CHECK(notes.length_at(note + "yes") == note.size());
    }
}

TEST_CASE("what only looks like a private note stays") {
    for (const std::string text :
         {"%%no", "{% commentary %}no{% endcommentary %}", "{#name}", "{#name} a #}", "{% comment %}no",
          "{/* no", "{{ name }}", "{{</* youtube x */>}}", "{:.wide}"}) {
        INFO(text);
        PrivateNotes notes;
        CHECK(notes.length_at(text) == 0);
    }
}

TEST_CASE("notes without an end are not slow") {
    std::string text;
    for (int i = 0; i < 30'000; ++i) text += "{% comment %}{# {/* {{/*{::comment}%% %%";
    PrivateNotes notes;
    std::size_t found = 0;
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(1))
        found += notes.length_at(rest) > 0 ? 1U : 0U;
    CHECK(found > 0);
}
