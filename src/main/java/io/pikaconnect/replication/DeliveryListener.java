package io.pikaconnect.replication;

/** Where a link's deliveries go. On the link's event loop only. */
interface DeliveryListener {

    /** Before TrySync or DBSync nothing is ours: what comes belongs to the identity's last connection. */
    DeliveryListener NONE = new DeliveryListener() {
        @Override
        public void deliver(Delivery delivery) {}

        @Override
        public void consensus(long term) {}

        @Override
        public void failed(Throwable cause) {}

        @Override
        public void detach() {}
    };

    /** An item or a keepalive came. */
    void deliver(Delivery delivery);

    /** A frame of a consensus group came. */
    void consensus(long term);

    /** Something of ours failed on the link, which ends with it. */
    void failed(Throwable cause);

    /** Another session takes its place. */
    void detach();
}
