#include "bounce/report.hpp"

namespace paperround::bounce {

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::bounce:
            return "bounce";
        case Kind::delayed:
            return "delayed";
        case Kind::complaint:
            return "complaint";
        case Kind::autoreply:
            return "autoreply";
        case Kind::unsubscribe:
            return "unsubscribe";
        case Kind::other:
            return "other";
    }
    return "?";
}

std::string_view to_string(Action action) {
    switch (action) {
        case Action::none:
            return "";
        case Action::failed:
            return "failed";
        case Action::delayed:
            return "delayed";
        case Action::delivered:
            return "delivered";
        case Action::relayed:
            return "relayed";
        case Action::expanded:
            return "expanded";
    }
    return "?";
}

std::string_view to_string(Class of) {
    switch (of) {
        case Class::none:
            return "none";
        case Class::soft:
            return "soft";
        case Class::hard:
            return "hard";
    }
    return "?";
}

std::string_view reason_name(const Report& report) {
    switch (report.ground) {
        case Ground::refusal:
            return refusal::to_string(report.reason);
        case Ground::none:
            return "none";
        case Ground::abuse:
            return "abuse";
        case Ground::fraud:
            return "fraud";
        case Ground::virus:
            return "virus";
        case Ground::opt_out:
            return "opt_out";
        case Ground::challenge:
            return "challenge";
    }
    return "?";
}

}  // namespace paperround::bounce
