"""Engine: questions go in, answers come out, behind one interface (`interface.Engine`). No HTTP is known here."""
