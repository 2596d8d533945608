package io.pikaconnect.replication;

/** Receives a connection's deliveries, on the connection's event loop only. */
interface DeliveryListener {

    /** Ignores everything: what arrives before TrySync or DBSync belongs to the identity's last connection. */
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

    /** An item or a keepalive was received. */
    void deliver(Delivery delivery);

    /** A frame of a consensus group was received. */
    void consensus(long term);

    /** An unexpected failure in this process, which ends the connection. */
    void failed(Throwable cause);

    /** Another listener replaces this one. */
    void detach();
}
