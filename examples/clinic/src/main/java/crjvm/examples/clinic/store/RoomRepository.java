package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Room;

/** The stored rooms. */
public interface RoomRepository extends RecordRepository<Room> {}
