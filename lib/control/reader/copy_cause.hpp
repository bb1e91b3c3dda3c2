// Why a copy that was made is where it is. A part of control/reader/explanation.hpp.
#pragma once

#include "audience/audience_store.hpp"
#include "control/reader/explanation.hpp"
#include "queue/admin/reader_history.hpp"
#include "queue/mailing.hpp"

namespace paperround::control {

struct Copy {
    const queue::Mailing& mailing;
    const queue::ReaderDelivery& delivery;
    const audience::Subscriber& reader;
    const std::optional<audience::Member>& member;  // of the mailing's newsletter
};

// Cause, words and evidence; the attempts are among it.
void explain_copy(Desk& desk, const Copy& copy, Explanation& explanation);

// What is on record of who suppressed the address, and why.
[[nodiscard]] std::vector<Evidence> evidence_of(Desk& desk, const audience::Suppression& suppression);
// Of how the reader came onto the list, and how he went.
[[nodiscard]] std::vector<Evidence> evidence_of(Desk& desk, const audience::Member& member,
                                                std::string_view newsletter);

}  // namespace paperround::control
