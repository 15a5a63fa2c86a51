package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Department;

/** The stored departments. */
public interface DepartmentRepository extends RecordRepository<Department> {}
