// A composer's thread: takes claimed deliveries of one lane from the ledger in batches, and puts their
// letters into the lane's outbox, a few at a time. Several threads may serve one lane, so that signing uses
// every processor.
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "pipeline/courier/outbox.hpp"
#include "pipeline/press/letter.hpp"
#include "queue/ledger/hand_out.hpp"
#include "queue/ledger/recall.hpp"

namespace paperround::pipeline {

class Composing {
  public:
    // All references must outlive the composer.
    Composing(queue::HandOut& hand_out, std::size_t lane, const queue::Recall& recall, Composer composer,
              Outbox& outbox)
        : hand_out_(hand_out),
          lane_(lane),
          recall_(recall),
          composer_(std::move(composer)),
          outbox_(outbox) {}

    // Runs until asked to stop.
    void run(const std::stop_token& stop);

  private:
    void compose(std::vector<queue::Delivery> deliveries);
    [[nodiscard]] std::optional<Letter> letter_for(queue::Delivery& delivery,
                                                   const std::optional<audience::Subscriber>& reader);
    [[nodiscard]] Result<std::optional<Letter>, queue::Outcome> compose_alone(
        const queue::Delivery& delivery, const std::optional<audience::Subscriber>& reader);

    queue::HandOut& hand_out_;
    std::size_t lane_;
    const queue::Recall& recall_;
    Composer composer_;
    Outbox& outbox_;
};

}  // namespace paperround::pipeline
