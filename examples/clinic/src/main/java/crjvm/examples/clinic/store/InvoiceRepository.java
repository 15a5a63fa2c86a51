package crjvm.examples.clinic.store;

import crjvm.examples.clinic.model.Invoice;
import java.math.BigDecimal;
import org.springframework.data.jpa.repository.Query;

/** The stored invoices. */
public interface InvoiceRepository extends RecordRepository<Invoice> {
  /** Returns the sum of all unpaid amounts, which is zero if there are none. */
  @Query("select coalesce(sum(i.amount), 0) from Invoice i where not i.paid")
  BigDecimal unpaidTotal();
}
