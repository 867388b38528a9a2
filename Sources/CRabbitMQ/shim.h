#ifndef WAYSTATION_CRABBITMQ_SHIM_H
#define WAYSTATION_CRABBITMQ_SHIM_H
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/* Swift cannot call functions with variable arguments. */
static inline amqp_rpc_reply_t waystation_login_plain(
    amqp_connection_state_t state, const char *virtual_host, int channel_max, int frame_max, int heartbeat,
    const amqp_table_t *properties, const char *user, const char *password) {
  return amqp_login_with_properties(
      state, virtual_host, channel_max, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

/* Names the calling thread, for the machine's tools. */
static inline void waystation_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif
