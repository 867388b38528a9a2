/* What the C peers share: the connection, the queues, the orders, and how a run is told to the bench. */
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

/* One channel a connection. */
enum { CHANNEL = 1 };

static inline void die(const char *what) {
  fprintf(stderr, "%s failed\n", what);
  exit(1);
}

/* Seconds of the monotonic clock. */
static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Seconds of processor time that this process has used. */
static inline double cpu_used(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + 1e-6 * (u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

/* The part of a run that counts: begins when the queue is filled, ends with the last confirm and acknowledgement. */
struct measure {
  double start, cpu;
};

static inline struct measure begin_measure(void) {
  puts("started");
  fflush(stdout);
  return (struct measure){now(), cpu_used()};
}

static inline void end_measure(struct measure m, int hops) {
  double elapsed = now() - m.start, cpu = cpu_used() - m.cpu;
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  printf("ended hopsPerSecond=%.1f cpuMicrosecondsPerHop=%.2f peakKilobytes=%ld\n", hops / elapsed, cpu / hops * 1e6,
         u.ru_maxrss);
}

static inline amqp_connection_state_t connect_broker(const char *url) {
  char *text = strdup(url);
  struct amqp_connection_info info;
  amqp_default_connection_info(&info);
  if (amqp_parse_url(text, &info)) die("reading the broker's address");
  amqp_connection_state_t c = amqp_new_connection();
  if (amqp_socket_open(amqp_tcp_socket_new(c), info.host, info.port)) die("connect");
  if (amqp_login(c, info.vhost, 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, info.user, info.password).reply_type !=
      AMQP_RESPONSE_NORMAL)
    die("login");
  if (!amqp_channel_open(c, CHANNEL)) die("channel");
  free(text);
  return c;
}

/* Declares a durable queue and leaves it empty. */
static inline void declare_empty(amqp_connection_state_t c, const char *queue, const char *type) {
  amqp_table_entry_t entry = {.key = amqp_cstring_bytes("x-queue-type")};
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = amqp_cstring_bytes(type);
  amqp_table_t arguments = {1, &entry};
  if (!amqp_queue_declare(c, CHANNEL, amqp_cstring_bytes(queue), 0, 1, 0, 0, arguments)) die("declare");
  amqp_queue_purge(c, CHANNEL, amqp_cstring_bytes(queue));
}

/* Reads frames until the broker has confirmed `want`; returns the highest confirmed tag. */
static inline uint64_t await_confirms(amqp_connection_state_t c, uint64_t have, uint64_t want) {
  while (have < want) {
    amqp_frame_t f;
    if (amqp_simple_wait_frame(c, &f)) die("confirm");
    if (f.frame_type == AMQP_FRAME_METHOD && f.payload.method.id == AMQP_BASIC_ACK_METHOD)
      have = ((amqp_basic_ack_t *)f.payload.method.decoded)->delivery_tag;
    amqp_maybe_release_buffers(c);
  }
  return have;
}

enum { USUAL_BYTES = 4000, BYTES_MAX = 65536 };

/* A provisioning order of about so many bytes; five messages belong to one order. */
static inline size_t write_order(char *b, size_t room, size_t bytes, int i) {
  size_t n = snprintf(b, room,
                      "<ProcessProvisioningOrderEBM xmlns='urn:x'><EBMHeader><EBMID>m-%d</EBMID></EBMHeader>"
                      "<DataArea><ProcessProvisioningOrder><ID>ord-%d</ID>",
                      i, i / 5);
  while (n < bytes - 100)
    n += snprintf(b + n, room - n,
                  "<ProvisioningOrderLine><ID>%zu</ID><ActionCode>ADD</ActionCode>"
                  "<ItemReference><Name>Broadband 100</Name></ItemReference></ProvisioningOrderLine>",
                  n);
  return n + snprintf(b + n, room - n, "</ProcessProvisioningOrder></DataArea></ProcessProvisioningOrderEBM>");
}

/* Publishes `count` orders to `queue` over a confirming connection; returns the confirm tag reached. */
static inline uint64_t fill(amqp_connection_state_t c, const char *queue, int count, size_t bytes) {
  enum { WINDOW = 1024, STEP = 256 };
  amqp_basic_properties_t p = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG, .delivery_mode = 2};
  uint64_t have = 0;
  char id[32], body[BYTES_MAX + 1024];
  for (int i = 1; i <= count; i++) {
    size_t length = write_order(body, sizeof body, bytes, i);
    snprintf(id, sizeof id, "m-%d", i);
    p.message_id = amqp_cstring_bytes(id);
    if (amqp_basic_publish(c, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(queue), 0, 0, &p,
                           (amqp_bytes_t){length, body}))
      die("publish");
    if (i % STEP == 0 && i > WINDOW) have = await_confirms(c, have, i - WINDOW);
  }
  return await_confirms(c, have, count);
}
