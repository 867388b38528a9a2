#ifndef WAYSTATION_COPENSSL_SHIM_H
#define WAYSTATION_COPENSSL_SHIM_H
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Swift does not see these: OpenSSL defines them as macros. */
static inline int waystation_require_tls_1_2(SSL_CTX *context) {
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1;
}
static inline void waystation_set_server_name(SSL *connection, const char *name) {
  SSL_set_tlsext_host_name(connection, name);
}
static inline int waystation_set_context_data(SSL_CTX *context, void *data) {
  return SSL_CTX_set_app_data(context, data) == 1;
}
static inline void *waystation_context_data(const SSL *connection) {
  return SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection));
}
#endif
