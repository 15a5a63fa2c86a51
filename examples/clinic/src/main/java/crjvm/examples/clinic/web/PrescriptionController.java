package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Prescription;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of prescriptions. */
@Controller
@RequestMapping("/prescriptions")
@Order(4) // the place in the navigation
class PrescriptionController extends RecordController<Prescription> {
  PrescriptionController(RecordStore store) {
    super(
        new Section<>(Prescription.class, "prescriptions", "Prescription", "Prescriptions")
            .column("issuedOn", "Issued on")
            .column("patient", "Patient")
            .column("medication", "Medication")
            .field("practitioner", "Practitioner")
            .column("dosage", "Dosage")
            .column("days", "Days"),
        store);
  }
}
