package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.LabTest;
import org.springframework.data.jpa.repository.Query;

/** The stored lab tests. */
public interface LabTestRepository extends RecordRepository<LabTest> {
  /** Returns the number of values outside the normal range. */
  @Query(
      "select count(t) from LabTest t where t.measured not between t.lowerBound and t.upperBound")
  long countAbnormal();
}
