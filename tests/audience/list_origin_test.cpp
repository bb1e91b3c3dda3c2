#include "audience/list_origin.hpp"

#include <catch2/catch.hpp>

#include <sstream>

#include "audience/csv_import.hpp"
#include "audience_fixture.hpp"

using namespace paperround;
using namespace paperround::audience;
using test::Audience;

namespace {

struct Imported {
    Result<ImportReport, ImportError> result;
    std::vector<std::string> notes;
    std::vector<Rejected> rejected;
    std::vector<std::pair<std::int64_t, bool>> ended;
};

Imported import(Audience& a, const std::string& text, const std::string& file_name = "list.csv",
                std::optional<Origin> from = {}, Again again = Again::no) {
    std::istringstream input(text);
    Imported done{ImportReport{}, {}, {}, {}};
    ImportOptions options{.newsletter = "notes", .source = "import " + file_name, .again = again};
    options.file_name = file_name;
    options.from = from;
    options.on_note = [&](std::string_view words) { done.notes.emplace_back(words); };
    options.on_rejected = [&](const Rejected& row) { done.rejected.push_back(row); };
    options.on_ended = [&](std::int64_t id, bool everywhere) { done.ended.emplace_back(id, everywhere); };
    done.result = import_csv(a.database, input, options, a.now);
    return done;
}

// "active", "left", "suppressed", "none": what an address is after an import.
std::string standing(Audience& a, const std::string& address) {
    if (a.store->is_suppressed(address)) return "suppressed";
    const auto reader = a.store->find(address);
    const auto member = reader ? a.store->member("notes", reader->id) : std::nullopt;
    return member ? std::string(to_string(member->state)) : "none";
}

using Standings = std::vector<std::pair<std::string, std::string>>;

Standings standings(Audience& a, const Standings& expected) {
    Standings found;
    for (const auto& [address, unused] : expected) found.emplace_back(address, standing(a, address));
    return found;
}

}  // namespace

TEST_CASE("listmonk's status decides and its attributes are spread out") {
    Audience a;
    const auto done =
        import(a,
               "uuid,email,name,attributes,status,created_at,updated_at\n"
               "1,ada@example.org,Ada,\"{\"\"City\"\": \"\"Bath\"\", \"\"age\"\": 36}\",enabled,"
               "2024-01-31T10:00:00.5Z,x\n2,ben@example.org,Ben,{},blocklisted,x,x\n"
               "3,cid@example.org,Cid,{},disabled,x,x\n");
    REQUIRE(done.result);
    const Standings expected{
        {"ada@example.org", "active"}, {"ben@example.org", "suppressed"}, {"cid@example.org", "left"}};
    CHECK(standings(a, expected) == expected);
    CHECK(done.notes ==
          std::vector<std::string>{"listmonk's export: who reads and who left is taken from status"});
    const auto ada = a.store->find("ada@example.org").value();
    CHECK(ada.attributes == std::map<std::string, std::string>{{"age", "36"}, {"city", "Bath"}});
    CHECK(a.store->member("notes", ada.id)->since == test::at("2024-01-31T10:00:00.5Z"));
}

TEST_CASE("the line about a list writes its maker's name as the maker does") {
    Audience a;
    CHECK(import(a, "email,subscribed_to_emails,deleted_at,labels\na@example.org,true,,\n").notes ==
          std::vector<std::string>{
              "Ghost's export: who reads and who left is taken from subscribed_to_emails, deleted_at"});
}

TEST_CASE("Mailchimp's unsubscribed contacts left when and why the file says") {
    Audience a;
    const auto done =
        import(a,
               "\"Email Address\",\"First Name\",\"Last Name\",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,UNSUB_TIME,"
               "UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n"
               "ben@example.org,Ben,X,2,\"2018-02-12 10:54:27\",192.0.2.1,\"2024-01-01 10:00:00\",News,1,"
               "\"NORMAL\",,3,4,,\"\"\"Editors\"\"\"\ncid@example.org,,,,,,,,,,,,,,\n");
    REQUIRE(done.result);
    CHECK(done.notes ==
          std::vector<std::string>{"Mailchimp's unsubscribed contacts: recorded as having left"});
    CHECK(done.result->left_before == 2);
    CHECK(standing(a, "cid@example.org") == "left");
    const auto ben = a.store->find("ben@example.org").value();
    const auto member = a.store->member("notes", ben.id).value();
    CHECK(member.state == State::left);
    CHECK(member.ended_at == test::at("2024-01-01T10:00:00Z"));
    CHECK(member.reason == "NORMAL");
    CHECK(ben.attributes.at("first_name") == "Ben");
    CHECK(ben.attributes.count("optin_ip") == 0);
}

TEST_CASE("Mailchimp's cleaned addresses are suppressed without becoming members") {
    Audience a;
    const auto done =
        import(a,
               "\"Email Address\",\"First "
               "Name\",CLEAN_TIME,CLEAN_CAMPAIGN_TITLE\nben@example.org,Ben,\"2024-01-01 10:00:00\",News\n",
               "cleaned.csv");
    CHECK(done.notes == std::vector<std::string>{"Mailchimp's cleaned addresses: suppressed"});
    CHECK(done.result->suppressed == 1);
    const auto suppression = a.store->find_suppression("ben@example.org").value();
    CHECK(suppression.reason == "bounced");
    CHECK(suppression.evidence == "import cleaned.csv");
    CHECK(suppression.created_at == test::at("2024-01-01T10:00:00Z"));
    CHECK_FALSE(a.store->find("ben@example.org"));
}

TEST_CASE("Mailchimp's other files are told by their names") {
    const auto [file, expected] = GENERATE(table<std::string, std::string>({
        {"subscribed_members_export_1a2b.csv", "active"},
        {"nonsubscribed_members_export_1a2b.csv", "none"},
        {"unsubscribed_members_export_1a2b.csv", "left"},
        {"cleaned_members_export_1a2b.csv", "suppressed"},
    }));
    Audience a;
    REQUIRE(import(a,
                   "Email "
                   "Address,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID\nben@example.org,2,,"
                   ",,1,2\n",
                   file)
                .result);
    CHECK(standing(a, "ben@example.org") == expected);
}

TEST_CASE("a column that no table names counts by the words in its name") {
    struct Case {
        std::string file;
        Standings expected;
    };
    const auto [file, expected] = GENERATE(values<Case>({
        {"Email,Is this subscriber confirmed,Is this subscriber blacklisted,Unsubscribe page\n"
         "a@example.org,1,0,https://example.org/1\nb@example.org,1,1,x\nc@example.org,0,0,x\n",
         {{"a@example.org", "active"}, {"b@example.org", "suppressed"}, {"c@example.org", "none"}}},
        {"Email,HasOptedOutOfEmail,EmailBouncedDate,Phone opt-in\na@example.org,0,,no\nb@example.org,1,,yes\n"
         "c@example.org,0,3/14/2021 9:30,yes\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "suppressed"}}},
        {"email,registered,activated,deactivated\na@example.org,1577836800,1577836800,0\n"
         "b@example.org,1577836800,1577836800,1609459200\nc@example.org,1577836800,0,0\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "none"}}},
        {"email,confirmed_at\na@example.org,2024-01-01 10:00:00\nb@example.org,\n",
         {{"a@example.org", "active"}, {"b@example.org", "none"}}},
        {"email,opt-in,double opt-in,bounced count,soft "
         "bounced\na@example.org,yes,no,1,1\nb@example.org,no,no,0,0\n",
         {{"a@example.org", "active"}, {"b@example.org", "none"}}},
        {"email,newsletter\na@example.org,ja\nb@example.org,nein\n",
         {{"a@example.org", "active"}, {"b@example.org", "none"}}},
        {"email,delivery status\na@example.org,enabled\nb@example.org,by_user\nc@example.org,by_bounces\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "suppressed"}}},
        {"email,reception,suspend\na@example.org,mail,0\nb@example.org,nomail,0\nc@example.org,mail,1\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "left"}}},
        {"email;status;Abgemeldet am\na@example.org;aktiv;\nb@example.org;abgemeldet;\n"
         "c@example.org;aktiv;01.02.2024\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "left"}}},
    }));
    Audience a;
    CAPTURE(file);
    REQUIRE(import(a, file).result);
    CHECK(standings(a, expected) == expected);
}

TEST_CASE("a column whose name speaks of yes or no stays an attribute") {
    Audience a;
    const auto done = import(a, "email,Customer activated\na@example.org,2019\n");
    CHECK(done.notes == std::vector<std::string>{"who reads and who left is taken from customer_activated"});
    CHECK(a.store->find("a@example.org").value().attributes ==
          std::map<std::string, std::string>{{"customer_activated", "2019"}});
}

TEST_CASE("what else each maker's columns say is obeyed") {
    struct Case {
        std::string file;
        Standings expected;
    };
    const auto [file, expected] = GENERATE(values<Case>({
        {"id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_"
         "at,labels,tiers\n"
         "1,a@example.org,A,,true,false,,2024-03-12T14:00:00.000Z,,,\n2,b@example.org,B,,false,false,,x,,,\n"
         "3,c@example.org,C,,true,false,,x,2024-03-12T14:00:00.000Z,,\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "left"}}},
        {"email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
         "a@example.org,false,,other,false,2025-01-01,\nb@example.org,true,2027-01-01,yearly,true,2025-01-01,"
         "\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}}},
        {"email,First Name,Last Name,status,tier,created_at,stripe_customer_id,unsubscribed_at\n"
         "a@example.org,,,active,free,2023-03-24 10:23:10 UTC,,\nb@example.org,,,inactive,premium,2023-03-24 "
         "10:23:10 UTC,,\n"
         "c@example.org,,,pending,free,x,,\nd@example.org,,,active,free,x,,2024-03-13 11:33:53 "
         "UTC\ne@example.org,,,invalid,free,x,,\n"
         "f@example.org,,,validating,free,x,,\ng@example.org,,,needs_attention,free,x,,\n",
         {{"a@example.org", "active"},
          {"b@example.org", "left"},
          {"c@example.org", "none"},
          {"d@example.org", "left"},
          {"e@example.org", "suppressed"},
          {"f@example.org", "none"},
          {"g@example.org", "none"}}},
        {"email_address,notes,metadata,tags,referrer_url,creation_date,type\na@example.org,,{},,,2024-01-01,"
         "regular\n"
         "b@example.org,,{},,,x,unsubscribed\nc@example.org,,{},,,x,unactivated\nd@example.org,,{},,,x,past_"
         "due\n"
         "e@example.org,,{},,,x,removed\nf@example.org,,{},,,x,spammy\ng@example.org,,{},,,x,complained\nh@"
         "example.org,,{},,,x,churning\n",
         {{"a@example.org", "active"},
          {"b@example.org", "left"},
          {"c@example.org", "none"},
          {"d@example.org", "active"},
          {"e@example.org", "left"},
          {"f@example.org", "left"},
          {"g@example.org", "suppressed"},
          {"h@example.org", "active"}}},
        {"email,subscriber_type\na@example.org,premium\nb@example.org,unsubscribed\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}}},
        {"email_address,unsubscription_date,unsubscription_reason\nb@example.org,,\n",
         {{"b@example.org", "left"}}},
        {"id,first_name,email_address,state,created_at\n1,A,a@example.org,active,2024-01-01\n2,B,b@example."
         "org,cancelled,x\n"
         "3,C,c@example.org,bounced,x\n4,D,d@example.org,complained,x\n5,E,e@example.org,inactive,x\n6,F,f@"
         "example.org,Cold,x\n",
         {{"a@example.org", "active"},
          {"b@example.org", "left"},
          {"c@example.org", "suppressed"},
          {"d@example.org", "suppressed"},
          {"e@example.org", "none"},
          {"f@example.org", "active"}}},
        {"EMAIL;FIRSTNAME;EMAIL_BLACKLISTED\na@example.org;A;No\nb@example.org;B;Yes\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}}},
        {"CONTACT "
         "ID;EMAIL;ADDED_TIME;_SUBSCRIBED;_BLOCKLISTED\n1;a@example.org;;email_marketing;sms_marketing\n"
         "2;b@example.org;;;email_marketing\n3;c@example.org;;sms_marketing;\n",
         {{"a@example.org", "active"}, {"b@example.org", "left"}, {"c@example.org", "left"}}},
    }));
    CAPTURE(file);
    Audience a;
    const auto done = import(a, file);
    REQUIRE(done.result);
    CHECK(done.rejected.empty());
    CHECK(standings(a, expected) == expected);
    CHECK(done.notes.size() == 1);
}

TEST_CASE("columns of lists without a known maker are obeyed too") {
    const auto [header, value, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"Status", "active", "active"},
        {"Status", "Unsubscribed", "left"},
        {"status", " UNSUBSCRIBED\xC2\xA0", "left"},
        {"Status", "Hard bounce", "suppressed"},
        {"Status", "Marked as spam", "suppressed"},
        {"Subscription status", "not subscribed", "none"},
        {"Email status", "unreachable", "suppressed"},
        {"subscribed", "1", "active"},
        {"subscribed", "2024-01-01", "active"},
        {"subscribed", "FALSE", "left"},
        {"subscribed", "n", "left"},
        {"is_active", "0", "left"},
        {"unsubscribed_at", "", "active"},
        {"unsubscribed_at", "0000-00-00 00:00:00", "active"},
        {"unsubscribed_at", "NULL", "active"},
        {"unsubscribed_at", "3 May 2024", "left"},
        {"Opt-out", "no", "active"},
        {"Opt-out", "x", "left"},
        {"Blacklisted", "TRUE", "suppressed"},
        {"bounced", "0", "active"},
        {"bounced", "yes", "suppressed"},
        {"state", "Texas", "active"},
        {"state", "unsubscribed", "left"},
        {"type", "customer", "active"},
        {"type", "Bounced", "suppressed"},
        {"state", "cancelled", "left"},
        {"Payment status", "cancelled", "active"},
        {"active", "0", "left"},
        {"tags", "\"vip, Unsubscribed\"", "left"},
        {"tags", "vip;new", "active"},
        {"Frequency preference", "Unsubscribe", "left"},
        {"OptOut_Date", "20110122T111244", "left"},
        {"note", "unsubscribed him from the other list", "active"},
    }));
    CAPTURE(header, value);
    Audience a;
    const auto done = import(a, "email," + header + "\nben@example.org," + value + "\n");
    REQUIRE(done.result);
    CHECK(standing(a, "ben@example.org") == expected);
}

TEST_CASE("a value that is not known refuses its row with line and field") {
    const auto [header, value, reason] = GENERATE(table<std::string, std::string, std::string>({
        {"status", "gone fishing", "status is \"gone fishing\", which is not known"},
        {"status", "", "status is \"\", which is not known"},
        {"subscribed", "perhaps", "subscribed is \"perhaps\": expected yes or no"},
        {"subscribed", "", "subscribed is \"\": expected yes or no"},
    }));
    Audience a;
    const auto done = import(a, "email," + header + "\nben@example.org," + value + "\n");
    REQUIRE(done.rejected.size() == 1);
    CHECK(done.rejected[0].line == 2);
    CHECK(done.rejected[0].address == "ben@example.org");
    CHECK(done.rejected[0].reason.find(reason) == 0);
    CHECK(standing(a, "ben@example.org") == "none");
}

TEST_CASE("the worst of several columns holds") {
    Audience a;
    REQUIRE(import(a,
                   "email,status,bounced,complained\na@example.org,active,0,1\nb@example.org,unsubscribed,0,"
                   "0\nc@example.org,active,0,0\n")
                .result);
    const Standings expected{
        {"a@example.org", "suppressed"}, {"b@example.org", "left"}, {"c@example.org", "active"}};
    CHECK(standings(a, expected) == expected);
}

TEST_CASE("a bare list is what its file's name says") {
    const auto [file, expected] = GENERATE(table<std::string, std::string>({
        {"readers.csv", "active"},
        {"unsubscribes-2024.csv", "left"},
        {"Opt-Outs.csv", "left"},
        {"suppression_bounces.csv", "suppressed"},
        {"complaints.csv", "suppressed"},
        {"blacklist.txt", "suppressed"},
        {"12_targetgroup_audit_removals_7_full.csv", "left"},
    }));
    CAPTURE(file);
    Audience a;
    const auto done = import(a, "email\nben@example.org\n", file);
    CHECK(standing(a, "ben@example.org") == expected);
    CHECK(done.notes.size() == (expected == "active" ? 0U : 1U));
    Audience plain;
    REQUIRE(import(plain, "email\nben@example.org\n", file, Origin::plain).result);
    CHECK(standing(plain, "ben@example.org") == "active");
}

TEST_CASE("nothing is a status in a plain list") {
    Audience a;
    REQUIRE(import(a, "email,status\nben@example.org,unsubscribed\n", "list.csv", Origin::plain).result);
    CHECK(a.store->find("ben@example.org")->attributes.at("status") == "unsubscribed");
    CHECK(standing(a, "ben@example.org") == "active");
}

TEST_CASE("a maker that is named is held to its columns") {
    Audience a;
    CHECK(import(a, "email,name\na@example.org,A\n", "list.csv", Origin::ghost).result.error().code ==
          ImportError::Code::bad_header);
    CHECK(import(a, "email,name\na@example.org,A\n", "list.csv", Origin::paperround).result.error().code ==
          ImportError::Code::bad_header);
    REQUIRE(import(a, "email,name\na@example.org,A\n", "list.csv", Origin::mailchimp_unsubscribed).result);
    CHECK(standing(a, "a@example.org") == "left");
    REQUIRE(import(a, "Email Address,CLEAN_TIME\nb@example.org,x\n", "list.csv", Origin::mailchimp).result);
    CHECK(standing(a, "b@example.org") == "suppressed");
}

TEST_CASE("who reads here and left there reads no longer") {
    Audience a;
    REQUIRE(import(a, "email\nann@example.org\nbob@example.org\ncid@example.org\n").result);
    a.now += std::chrono::hours(24);
    const auto done = import(
        a,
        "email,status,unsubscribed_at\nann@example.org,unsubscribed,2024-01-01\nbob@example.org,bounced,\n");
    CHECK(done.result->ended == 1);
    CHECK(done.result->suppressed == 1);
    CHECK(a.active() == std::vector<std::string>{"cid@example.org"});
    // What waits for them is cancelled by whoever asked: for one newsletter, and for all.
    CHECK(done.ended == std::vector<std::pair<std::int64_t, bool>>{{1, false}, {2, true}});
}

TEST_CASE("who came back here by himself after he left there stays") {
    Audience a;
    a.store->subscribe("notes", {0, "ann@example.org", "", {}}, a.now, "command line");
    REQUIRE(import(a, "email,unsubscribed_at\nann@example.org,2024-01-01\n").result);
    CHECK(standing(a, "ann@example.org") == "active");
    REQUIRE(import(a, "email,unsubscribed_at\nann@example.org,2026-11-22 08:00:00\n").result);
    CHECK(standing(a, "ann@example.org") == "left");
}

TEST_CASE("where one file says both he left in whichever order") {
    const std::string rows =
        GENERATE(as<std::string>{}, "ann@example.org,,2025-05-05\nann@example.org,2024-01-01,\n",
                 "ann@example.org,2024-01-01,\nann@example.org,,2025-05-05\n");
    Audience a;
    REQUIRE(import(a, "email,unsubscribed_at,subscribed_on\n" + rows).result);
    CHECK(standing(a, "ann@example.org") == "left");
}

TEST_CASE("again brings back who left and not who is suppressed or left by the file") {
    Audience a;
    REQUIRE(import(a,
                   "email,status\nann@example.org,unsubscribed\nbob@example.org,bounced\ncid@example.org,"
                   "unsubscribed\n")
                .result);
    REQUIRE(
        import(a,
               "email,status\nann@example.org,active\nbob@example.org,active\ncid@example.org,unsubscribed\n",
               "list.csv", {}, Again::yes)
            .result);
    const Standings expected{
        {"ann@example.org", "active"}, {"bob@example.org", "suppressed"}, {"cid@example.org", "left"}};
    CHECK(standings(a, expected) == expected);
    CHECK(a.store->member("notes", 1)->reason.empty());
}

TEST_CASE("who never confirmed is counted and nothing is recorded") {
    Audience a;
    const auto done = import(a, "email,status\nann@example.org,pending\nbob@example.org,active\n");
    CHECK(*done.result == ImportReport{2, 1, 0, 0, 0, 0, 0, 0, 1});
    CHECK_FALSE(a.store->find("ann@example.org"));
}

TEST_CASE("every maker can be named") {
    for (const std::string& name : origin_names()) {
        CAPTURE(name);
        REQUIRE(parse_origin(name));
        CHECK(to_string(*parse_origin(name)) == name);
    }
    CHECK(parse_origin("ConvertKit") == Origin::kit);
    CHECK_FALSE(parse_origin("aweber"));
}
