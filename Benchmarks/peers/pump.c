/* The limit: consume, publish with confirm, acknowledge. No parsing and no store.
   Usage: pump URL COUNT BATCH classic|quorum [BYTES], of each message */
#include "broker.h"

int main(int argc, char **argv) {
  if (argc < 5 || argc > 6) die("usage: pump URL COUNT BATCH classic|quorum [BYTES]:");
  int count = atoi(argv[2]), batch = atoi(argv[3]), bytes = argc == 6 ? atoi(argv[5]) : USUAL_BYTES;
  if (bytes < 1000 || bytes > BYTES_MAX) die("reading BYTES");
  const char *in = "pump.in", *out = "pump.out";
  amqp_connection_state_t consumer = connect_broker(argv[1]), publisher = connect_broker(argv[1]);
  declare_empty(consumer, in, argv[4]);
  declare_empty(publisher, out, argv[4]);
  amqp_confirm_select(publisher, CHANNEL);
  uint64_t confirmed = fill(publisher, in, count, bytes), published = confirmed, tag = 0;
  amqp_basic_properties_t p = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG, .delivery_mode = 2};

  struct measure measure = begin_measure();
  amqp_basic_qos(consumer, CHANNEL, 0, batch * 2, 0);
  amqp_basic_consume(consumer, CHANNEL, amqp_cstring_bytes(in), amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
  for (int got = 0; got < count;) {
    amqp_envelope_t e;
    struct timeval wait = {0, 20000};
    amqp_maybe_release_buffers(consumer);
    int idle = amqp_consume_message(consumer, &e, &wait, 0).reply_type != AMQP_RESPONSE_NORMAL;
    if (idle && published == confirmed) continue;
    if (!idle) {
      amqp_basic_publish(publisher, CHANNEL, amqp_empty_bytes, amqp_cstring_bytes(out), 0, 0, &p, e.message.body);
      published++, got++, tag = e.delivery_tag;
      amqp_destroy_envelope(&e);
    }
    if (idle || got % batch == 0 || got == count) {
      confirmed = await_confirms(publisher, confirmed, published);
      amqp_basic_ack(consumer, CHANNEL, tag, 1);
    }
  }
  end_measure(measure, count);
  return 0;
}
