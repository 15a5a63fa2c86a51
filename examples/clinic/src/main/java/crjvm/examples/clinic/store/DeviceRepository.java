package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Device;
import java.util.List;

/** The stored devices. */
public interface DeviceRepository extends RecordRepository<Device> {
  /** Returns the devices whose inspections are next. */
  List<Device> findTop5ByOrderByNextInspectionAscIdAsc();
}
