/* Fills QUEUE with the orders that the C peers make for themselves. Usage: feed URL COUNT QUEUE classic|quorum */
#include "broker.h"

int main(int argc, char **argv) {
  if (argc != 5) die("usage: feed URL COUNT QUEUE classic|quorum:");
  amqp_connection_state_t c = connect_broker(argv[1]);
  char out[256];
  snprintf(out, sizeof out, "%s.out", argv[3]);
  declare_empty(c, argv[3], argv[4]);
  declare_empty(c, out, argv[4]);
  amqp_confirm_select(c, CHANNEL);
  fill(c, argv[3], atoi(argv[2]), USUAL_BYTES);
  return 0;
}
