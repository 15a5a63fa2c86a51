package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Device;
import java.util.List;

/** The stored devices. */
public interface DeviceRepository extends RecordRepository<Device> {
  /** The devices that have to be inspected first. */
  List<Device> findTop5ByOrderByNextInspectionAscIdAsc();
}
