#include "queue/report_effect.hpp"

namespace paperround::queue {

std::string_view to_string(ReportEffect effect) {
    switch (effect) {
        case ReportEffect::none:
            return "none";
        case ReportEffect::unproved:
            return "unproved";
        case ReportEffect::repeated:
            return "repeated";
        case ReportEffect::bounced:
            return "bounced";
        case ReportEffect::counted:
            return "counted";
        case ReportEffect::suppressed:
            return "suppressed";
        case ReportEffect::about_us:
            return "about_us";
        case ReportEffect::unsubscribed:
            return "unsubscribed";
        case ReportEffect::complained:
            return "complained";
        case ReportEffect::unreadable:
            return "unreadable";
    }
    return "?";
}

}  // namespace paperround::queue
