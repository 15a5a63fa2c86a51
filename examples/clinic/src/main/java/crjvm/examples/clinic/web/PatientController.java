package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Appointment;
import crjvm.examples.clinic.model.Diagnosis;
import crjvm.examples.clinic.model.Invoice;
import crjvm.examples.clinic.model.LabTest;
import crjvm.examples.clinic.model.Patient;
import crjvm.examples.clinic.model.Prescription;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of patients. */
@Controller
@RequestMapping("/patients")
@Order(1) // the place in the navigation
class PatientController extends RecordController<Patient> {
  PatientController(RecordStore store) {
    super(
        new Section<>(Patient.class, "patients", "Patient", "Patients")
            .column("lastName", "Last name")
            .column("firstName", "First name")
            .column("birthDate", "Born")
            .column("city", "City")
            .field("email", "Email")
            .field("phone", "Phone")
            .column("insurer", "Insurer")
            .related(Appointment.class, "patient")
            .related(Diagnosis.class, "patient")
            .related(Prescription.class, "patient")
            .related(LabTest.class, "patient")
            .related(Invoice.class, "patient"),
        store);
  }
}
