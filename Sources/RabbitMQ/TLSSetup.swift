import Broker
import COpenSSL
import CRabbitMQ
import Glibc

/// Sets up the OpenSSL context of one connection and notes why a certificate was refused.
///
/// The name and the chain are checked by OpenSSL during the handshake. librabbitmq gets numeric addresses, so its own
/// check of the name is off; its check of the chain stays on.
@safe final class TLSSetup {
    private let options: TLSOptions
    private let expectedName: String
    /// A C string for OpenSSL, alive as long as the context; nil for a numeric name, which SNI does not allow.
    private let serverName: UnsafeMutablePointer<CChar>?
    /// The X.509 error of the last refused certificate.
    ///
    /// Touched by the owner thread only, inside the handshake.
    private var refusal: Int32 = 0

    init(options: TLSOptions, host: String) {
        self.options = options
        expectedName = options.serverName ?? host
        unsafe serverName = NameResolution.isNumeric(expectedName) ? nil : strdup(expectedName)
    }

    deinit { unsafe free(serverName) }

    /// Configures the socket's context; this object must outlive the socket.
    func configure(_ socket: OpaquePointer) throws(BrokerError) {
        guard let raw = unsafe amqp_ssl_socket_get_context(socket) else {
            throw failure("no TLS context could be made")
        }
        let context = OpaquePointer(raw)
        unsafe amqp_ssl_socket_set_verify_peer(socket, options.insecure ? 0 : 1)
        unsafe amqp_ssl_socket_set_verify_hostname(socket, 0)
        guard unsafe waystation_require_tls_1_2(context) == 1 else {
            throw failure("TLS 1.2 could not be made the minimum")
        }
        // Unretained: this object outlives the context, as the connection owns both.
        unsafe waystation_set_context_data(context, Unmanaged.passUnretained(self).toOpaque())
        unsafe SSL_CTX_set_info_callback(context) { connection, place, _ in
            guard place & SSL_CB_HANDSHAKE_START != 0, let connection = unsafe connection else { return }
            // The library has put the numeric address there.
            unsafe waystation_set_server_name(connection, TLSSetup.of(connection)?.serverName)
        }
        try unsafe loadAuthorities(context)
        try unsafe loadCertificate(context)
        try unsafe expectName(context)
    }

    private func loadAuthorities(_ context: OpaquePointer) throws(BrokerError) {
        guard !options.insecure else {
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
            return
        }
        if let file = options.caFile {
            guard unsafe SSL_CTX_load_verify_locations(context, file, nil) == 1 else {
                throw failure("the authorities in \(file) cannot be read")
            }
        } else {
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw failure("the system's authorities cannot be read")
            }
        }
        try unsafe loadRevocations(context)
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER) { isAccepted, store in
            guard isAccepted == 0, let store = unsafe store else { return isAccepted }
            let index = SSL_get_ex_data_X509_STORE_CTX_idx()
            if let connection = unsafe X509_STORE_CTX_get_ex_data(store, index) {
                unsafe TLSSetup.of(OpaquePointer(connection))?.refusal = X509_STORE_CTX_get_error(store)
            }
            return 0
        }
    }

    private func loadRevocations(_ context: OpaquePointer) throws(BrokerError) {
        guard let file = options.revocationFile else { return }
        // The store owns the lookup. Only lists are read from the file: a certificate in it is no authority.
        let lookup = unsafe X509_STORE_add_lookup(SSL_CTX_get_cert_store(context), X509_LOOKUP_file())
        guard unsafe lookup != nil, unsafe X509_load_crl_file(lookup, file, X509_FILETYPE_PEM) > 0 else {
            throw failure("the revocation list in \(file) cannot be read")
        }
        let flag = UInt(X509_V_FLAG_CRL_CHECK)
        guard unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), flag) == 1 else {
            throw failure("the revocation list in \(file) cannot be used")
        }
    }

    private func loadCertificate(_ context: OpaquePointer) throws(BrokerError) {
        guard let certificate = options.certificateFile, let key = options.keyFile else {
            guard options.certificateFile == nil, options.keyFile == nil else {
                throw BrokerError(
                    .configuration,
                    "Only one of certificate file and key file is given",
                    remedy: "Give both, or neither",
                    isRetryable: false
                )
            }
            return
        }
        let password = try options.keyPassword?.read() ?? ""
        guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
            throw failure("the certificate in \(certificate) cannot be read")
        }
        // With a password given, even an empty one, OpenSSL does not ask for it at the terminal.
        let copy = unsafe strdup(password)
        defer {
            unsafe SSL_CTX_set_default_passwd_cb_userdata(context, nil)
            unsafe free(copy)
        }
        unsafe SSL_CTX_set_default_passwd_cb_userdata(context, copy)
        guard unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 else {
            throw failure("the private key in \(key) cannot be used with the certificate in \(certificate)")
        }
        guard unsafe SSL_CTX_check_private_key(context) == 1 else {
            throw failure("the private key in \(key) does not belong to the certificate in \(certificate)")
        }
    }

    private func expectName(_ context: OpaquePointer) throws(BrokerError) {
        guard !options.insecure else { return }
        let parameters = unsafe SSL_CTX_get0_param(context)
        unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        let result =
            unsafe NameResolution.isNumeric(expectedName)
            ? X509_VERIFY_PARAM_set1_ip_asc(parameters, expectedName)
            : X509_VERIFY_PARAM_set1_host(parameters, expectedName, 0)
        guard result == 1 else { throw failure("the server name \(expectedName) cannot be checked") }
    }

    private static func of(_ connection: OpaquePointer) -> TLSSetup? {
        guard let data = unsafe waystation_context_data(connection) else { return nil }
        return unsafe Unmanaged<TLSSetup>.fromOpaque(data).takeUnretainedValue()
    }

    /// Says what TLS found wrong, when a step failed that TLS may be behind.
    func explain(_ error: BrokerError) -> BrokerError {
        if refusal != 0 {
            let reason = unsafe String(cString: X509_verify_cert_error_string(Int(refusal)))
            return failure(
                "the broker's certificate was refused (expected name \(expectedName)): \(reason)"
            )
        }
        guard error.code == .tls, let reason = Self.lastReason() else { return error }
        return failure("the TLS handshake did not come about: \(reason)")
    }

    private func failure(_ message: String) -> BrokerError {
        let reason = refusal == 0 ? Self.lastReason().map { " (\($0))" } ?? "" : ""
        let repeated = message.contains(reason.dropFirst(2).dropLast())
        return BrokerError(
            .tls,
            message.prefix(1).uppercased() + message.dropFirst() + (repeated ? "" : reason),
            remedy:
                "Check authorities, certificate, key, server name and validity; they are read again at each attempt"
        )
    }

    /// The text of this thread's last OpenSSL error.
    private static func lastReason() -> String? {
        let code = ERR_peek_last_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return nil }
        return unsafe String(cString: text)
    }
}
