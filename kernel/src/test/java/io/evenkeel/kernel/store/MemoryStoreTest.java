package io.evenkeel.kernel.store;

class MemoryStoreTest extends StoreContract {
    @Override
    protected Store open(StoreLimits limits) {
        return new MemoryStore(limits);
    }
}
