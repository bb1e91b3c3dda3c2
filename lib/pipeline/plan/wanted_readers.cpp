#include "pipeline/plan/wanted_readers.hpp"

namespace paperround::pipeline {

audience::Wanted wanted_readers(const config::Newsletter* newsletter) {
    if (newsletter == nullptr || !newsletter->to) return {};
    return [&segment = *newsletter->to](const audience::Subscriber& reader) {
        return segment.holds({reader.address, reader.name, reader.attributes, reader.tags});
    };
}

}  // namespace paperround::pipeline
