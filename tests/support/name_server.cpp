#include "support/name_server.hpp"

#include <stdexcept>
#include <vector>

#include "support/wait.hpp"

namespace paperround::test {

NameServer::NameServer(const std::string& answers) : port_(free_port()) {
    (void)folder_.write("answers.json", answers);
    process_ = std::make_unique<Process>(std::vector<std::string>{
        python, server_script("name_server.py"), std::to_string(port_), (folder_ / "answers.json").string()});
    if (!eventually([this] { return log().starts_with("ready"); }))
        throw std::runtime_error("the name server does not start: " + process_->errors());
}

}  // namespace paperround::test
