package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Patient;

/** The stored patients. */
public interface PatientRepository extends RecordRepository<Patient> {}
