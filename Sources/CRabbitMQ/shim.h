#ifndef WAYSTATION_CRABBITMQ_SHIM_H
#define WAYSTATION_CRABBITMQ_SHIM_H
#include <sys/time.h>
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif
