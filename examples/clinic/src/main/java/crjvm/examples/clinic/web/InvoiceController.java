package crjvm.examples.clinic.web;

import crjvm.examples.clinic.model.Invoice;
import crjvm.examples.clinic.store.RecordStore;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** The pages of invoices. */
@Controller
@RequestMapping("/invoices")
@Order(6) // the place in the navigation
class InvoiceController extends RecordController<Invoice> {
  InvoiceController(RecordStore store) {
    super(
        new Section<>(Invoice.class, "invoices", "Invoice", "Invoices")
            .column("reference", "Reference")
            .column("patient", "Patient")
            .column("issuedOn", "Issued on")
            .column("amount", "Amount")
            .column("paid", "Paid"),
        store);
  }
}
