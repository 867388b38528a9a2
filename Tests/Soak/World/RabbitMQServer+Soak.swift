import TestSupport

/// What a soak asks of a broker's control program, each in one call, as a call takes a second of processor time.
extension RabbitMQServer {
    /// Makes virtual hosts that everybody may use, and has queues tell every second how many messages they have.
    func prepareForSoak(virtualHosts: [String]) throws {
        let names = virtualHosts.map { "<<\"\($0)\">>" }.joined(separator: ", ")
        try control(
            "eval",
            """
            application:set_env(rabbit, quorum_tick_interval, 1000),
            [begin rabbit_vhost:add(Name, <<"soak">>), rabbit_auth_backend_internal:set_permissions(
            <<"guest">>, Name, <<".*">>, <<".*">>, <<".*">>, <<"soak">>) end || Name <- [\(names)]], ok.
            """
        )
    }

    /// Messages that are left in some queue, with their virtual hosts, as Erlang writes them; nil for none.
    func leftOver(in virtualHosts: [String]) throws -> String? {
        let names = virtualHosts.map { "<<\"\($0)\">>" }.joined(separator: ", ")
        let found = try control(
            "eval",
            """
            [{Host, Name, Count} || Vhost <- [\(names)], Queue <- rabbit_amqqueue:list(Vhost),
            [{name, {resource, Host, queue, Name}}, {messages, Count}]
            <- [rabbit_amqqueue:info(Queue, [name, messages])], Count > 0].
            """
        )
        let text = found.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text == "[]" ? nil : text
    }
}
