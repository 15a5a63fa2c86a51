package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Past;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;

/** A person who treats patients. */
@Entity
public class Practitioner extends ClinicRecord {
  @NotBlank
  @Size(max = 80)
  private String firstName;

  @NotBlank
  @Size(max = 80)
  private String lastName;

  @NotNull
  @Enumerated(EnumType.STRING)
  private Profession profession;

  @NotNull @ManyToOne private Department department;

  @NotBlank @Email private String email;

  @NotNull @Past private LocalDate licensedSince;

  @Override
  public String getLabel() {
    return firstName + " " + lastName;
  }

  public String getFirstName() {
    return firstName;
  }

  public void setFirstName(String firstName) {
    this.firstName = firstName;
  }

  public String getLastName() {
    return lastName;
  }

  public void setLastName(String lastName) {
    this.lastName = lastName;
  }

  public Profession getProfession() {
    return profession;
  }

  public void setProfession(Profession profession) {
    this.profession = profession;
  }

  public Department getDepartment() {
    return department;
  }

  public void setDepartment(Department department) {
    this.department = department;
  }

  public String getEmail() {
    return email;
  }

  public void setEmail(String email) {
    this.email = email;
  }

  public LocalDate getLicensedSince() {
    return licensedSince;
  }

  public void setLicensedSince(LocalDate licensedSince) {
    this.licensedSince = licensedSince;
  }
}
