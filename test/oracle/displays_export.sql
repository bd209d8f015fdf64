-- Writes the datasets of the trial of compare/displays_trial.sql, from which displays.R computes tables of the report,
-- into the working directory:  cd test/oracle && psql -f displays_export.sql
\ir compare/displays_trial.sql
\copy (select usubjid, sex, age, trtsdt, trtedt, trtdurd, enrldt, enrlfl, saffl, fasfl, pprotfl, vlblc, cd4blc from displayed.adam_adsl order by 1) to 'displays_adsl.csv' with (format csv, header)
\copy (select ae.usubjid, ae.aeseq, ae.aedecod, ae.aebodsys, ae.aterm, ae.atoxgrn, ae.aeser, ae.trtemfl, ae.wdfl, ae.fatfl, sdtm.aeacn, sdtm.aeslife, sdtm.aeshosp from displayed.adam_adae as ae join displayed.sdtm_ae as sdtm using (usubjid, aeseq) order by 1, 2) to 'displays_adae.csv' with (format csv, header)
\copy (select usubjid, vstestcd, vsdtc, vsstresn from displayed.sdtm_vs order by 1, 2, 3) to 'displays_vs.csv' with (format csv, header)
\copy (select usubjid, mhterm, mhdecod, mhbodsys, mhstdtc from displayed.sdtm_mh order by 1, mhseq) to 'displays_mh.csv' with (format csv, header)
\copy (select usubjid, cmtrt, cmcat, cmstdtc, cmendtc from displayed.sdtm_cm order by 1, cmseq) to 'displays_cm.csv' with (format csv, header)
\copy (select usubjid, msagent, msstresc, msdtc from displayed.sdtm_ms order by 1, 4, 2) to 'displays_ms.csv' with (format csv, header)
\copy (select adsl.usubjid from displayed.deviation join displayed.adam_adsl as adsl on adsl.siteid = site_id and adsl.subjid = subject_id where rule = 'consent form lost' order by 1) to 'displays_dv.csv' with (format csv, header)
\copy (select drug, name, class from displayed.drug where not is_booster order by 1) to 'displays_drug.csv' with (format csv, header)
