-- Subjects whose outcome is argued from the definitions (doc/study/outcomes.md), case by case.
--
-- All have day 1 on 1 February 2008 and a baseline of 50000 copies/mL on day -17.
-- results   day:viral load; /limit names an assay with another lower limit than 50
-- ended     study day, and "completed" or the reason for discontinuation
-- regimen   drug first day-first day without it, +why it was added, -why it was stopped
-- snapshot  category at week 24 of < 400 and < 50, at week 48 of < 400 and < 50; ? is null
-- tlovr     whether a responder, in the same order: y, n or ?
-- failed    study day of TLOVR's failure for 400 and for 50; 1 is never suppressed, - is no failure, ? is unknown
--
-- Windows: week 24 is days 127 to 210, week 48 is days 295 to 378.  Target days
-- of visits: 29 (2 to 56), 85 (57 to 126), 169 (127 to 210), 337 (295 to 378).

create temporary table outcome_case (
    subject_id text primary key, results text, ended text, regimen text, snapshot text, tlovr text, failed text);
insert into outcome_case values

-- A course as it should be.  For 50, 300 is not yet a response: F T T T.
('001', '29:300 85:<50 169:<50 337:<50', '340 completed', '', '1 1 1 1', 'y y y y', '- -'),

-- One result alone, on either side of each boundary of a window: it decides in
-- the window, outside of it there is none for a subject in the study (3c).  One
-- result below confirms nothing: never suppressed, failure on day 1.
('002', '126:<50', '', '', '3c 3c 3c 3c', 'n n n n', '1 1'),
('003', '127:<50', '', '', '1 1 3c 3c', 'n n n n', '1 1'),
('004', '210:<50', '', '', '1 1 3c 3c', 'n n n n', '1 1'),
('005', '211:<50', '', '', '3c 3c 3c 3c', 'n n n n', '1 1'),
('006', '294:<50', '', '', '3c 3c 3c 3c', 'n n n n', '1 1'),
('007', '295:<50', '', '', '3c 3c 1 1', 'n n n n', '1 1'),
('008', '378:<50', '', '', '3c 3c 1 1', 'n n n n', '1 1'),
('009', '379:<50', '', '', '3c 3c 3c 3c', 'n n n n', '1 1'),

-- Less than 400 and less than 50 are strict.  010: T F for 400.  011: T T for 400, T F for 50.
('010', '169:399 337:400', '', '', '1 2a 2a 2a', 'n n n n', '1 1'),
('011', '169:49/20 337:50', '', '', '1 1 1 2a', 'y n y n', '- 1'),

-- The last result in the window decides, whatever came before it; of one day the last replicate.
('012', '130:5000 200:<50', '', '', '1 1 3c 3c', 'n n n n', '1 1'),
('013', '130:<50 200:5000', '', '', '2a 2a 3c 3c', 'n n n n', '1 1'),
('014', '169:5000 169:<50', '', '', '1 1 3c 3c', 'n n n n', '1 1'),

-- Not detected is below the limit of 50; above the upper limit is above everything.
('015', '169:TND', '', '', '1 1 3c 3c', 'n n n n', '1 1'),
('016', '169:>500000', '', '', '2a 2a 3c 3c', 'n n n n', '1 1'),

-- A later success does not rescue week 24.  TLOVR sees T F T: nothing confirmed.
('017', '85:<50 169:5000 337:<50', '', '', '2a 2a 1 1', 'n n n n', '1 1'),
-- Suppressed, one F that the next result refutes: TLOVR goes on where Snapshot fails week 24.
('018', '29:<50 85:<50 169:800 220:<50 337:<50', '', '', '2a 2a 1 1', 'y y y y', '- -'),
-- Confirmed rebound: F F from day 169; what comes after does not rescue TLOVR.
('019', '29:<50 85:<50 169:800 190:900 337:<50', '', '', '2a 2a 1 1', 'n n n n', '169 169'),
-- Between the thresholds: T T T T T for 400, T T F F F for 50.
('020', '29:<50 85:<50 169:100 190:120 337:80', '', '', '1 2a 1 2a', 'y n y n', '- 169'),

-- One F that is the last result.  021, 022: then given up, on the very day or
-- later, so it is the failure.  023: the study was completed, 089: goes on;
-- nothing confirms it, and to complete is not to give up.
('021', '29:<50 85:<50 169:<50 337:700', '337 lack of efficacy', '', '1 1 2a 2a', 'y y n n', '337 337'),
('022', '29:<50 85:<50 169:<50 337:700', '350 lost to follow-up', '', '1 1 2a 2a', 'y y n n', '337 337'),
('023', '29:<50 85:<50 169:<50 337:700', '340 completed', '', '1 1 2a 2a', 'y y y y', '- -'),

-- Discontinued after a success: it stands for week 24 (failure on day 200 is
-- after day 169), and week 48 has no result: 3a.
('024', '29:<50 85:<50 169:<50', '200 adverse event', '', '1 1 3a 3a', 'y y n n', '200 200'),

-- The study drug given up on the day before, the day of, and the day after the
-- result: of one day the sample comes first, so that only 025 has none on
-- treatment.  TLOVR: failure on day 168, 169, 170 against a visit on day 169
-- (025: its target day), and only 170 is later.
('025', '29:<50 85:<50 169:<50', '', 'RAL 1-168 -adverse event; TDF 1-', '3a 3a 3a 3a', 'n n n n', '168 168'),
('026', '29:<50 85:<50 169:<50', '', 'RAL 1-169 -adverse event; TDF 1-', '1 1 3a 3a', 'n n n n', '169 169'),
('027', '29:<50 85:<50 169:<50', '', 'RAL 1-170 -adverse event; TDF 1-', '1 1 3a 3a', 'y y n n', '170 170'),
-- Left the study on the day of the result: it decides week 24; at week 48 the
-- last viral load was not below, and the reason says neither safety nor efficacy: 2c.
('028', '29:<50 85:<50 169:600', '169 consent withdrawn', '', '2a 2a 2c 2c', 'n n n n', '169 169'),

-- No result in the window, by reason: adverse event or death is 3a whenever it
-- came.  029, 031: never suppressed.  030: T T, then death on day 150.
('029', '29:5000', '60 adverse event', '', '3a 3a 3a 3a', 'n n n n', '1 1'),
('030', '29:<50 85:<50', '150 death', '', '3a 3a 3a 3a', 'n n n n', '150 150'),
('031', '', '1 death', '', '3a 3a 3a 3a', 'n n n n', '1 1'),
-- Lack of efficacy is 2b, even if the last viral load was below.
('032', '29:20000 85:20000', '100 lack of efficacy', '', '2b 2b 2b 2b', 'n n n n', '1 1'),
('033', '29:<50 85:<50', '120 lack of efficacy', '', '2b 2b 2b 2b', 'n n n n', '120 120'),
-- Any other reason: 2c if the last viral load was not below, else 3b.
('034', '85:600', '120 consent withdrawn', '', '2c 2c 2c 2c', 'n n n n', '1 1'),
('035', '85:100', '120 physician decision', '', '3b 2c 3b 2c', 'n n n n', '1 1'),
('036', '29:<50 85:<50', '120 lost to follow-up', '', '3b 3b 3b 3b', 'n n n n', '120 120'),
-- Without a result on treatment the last viral load is the baseline.
('037', '', '20 consent withdrawn', '', '2c 2c 2c 2c', 'n n n n', '1 1'),
('038', '29:<50 85:<50', '126 pregnancy', '', '3b 3b 3b 3b', 'n n n n', '126 126'),

-- Discontinued on the last day of the window and on the day after it, without a
-- result in it: 3a, and in the study but missing (3c).  TLOVR: the visit of day
-- 169 was missed right before the failure, which moves back to it.
('039', '29:<50 85:<50', '210 adverse event', '', '3a 3a 3a 3a', 'n n n n', '169 169'),
('040', '29:<50 85:<50', '211 adverse event', '', '3c 3c 3a 3a', 'n n n n', '169 169'),
('041', '29:<50 85:<50 169:<50', '378 adverse event', '', '1 1 3a 3a', 'y y n n', '337 337'),
('042', '29:<50 85:<50 169:<50', '379 adverse event', '', '1 1 3c 3c', 'y y n n', '337 337'),

-- Discontinued in the window after a result in it: the result decides, for any
-- reason.  043, 045: the result of day 150 is of the visit due on day 169, so
-- that no visit was missed before day 180; failure is after the visit.
('043', '29:<50 85:<50 150:<50', '180 lack of efficacy', '', '1 1 2b 2b', 'y y n n', '180 180'),
('044', '150:5000', '160 adverse event', '', '2a 2a 3a 3a', 'n n n n', '1 1'),
('045', '29:<50 85:<50 169:<50', '175 death', '', '1 1 3a 3a', 'y y n n', '175 175'),

-- The study drug given up by who stays in the study: later results are not on treatment.
('046', '169:<50 337:<50', '', 'RAL 1-100 -lack of efficacy; TDF 1-', '2b 2b 2b 2b', 'n n n n', '1 1'),
-- A reason that is not documented is neither safety nor efficacy.
('047', '29:<50 85:<50', '', 'RAL 1-100; TDF 1-', '3b 3b 3b 3b', 'n n n n', '100 100'),
-- An interruption is no discontinuation.
('048', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-100; RAL 114-; TDF 1-', '1 1 1 1', 'y y y y', '- -'),
-- What came first counts: the study drug on day 150, not the study on day 300.
('049', '29:<50 85:<50', '300 consent withdrawn', 'RAL 1-150 -adverse event; TDF 1-', '3a 3a 3a 3a', 'n n n n', '150 150'),
-- All drugs stop with the study: the study's end and reason count, and no change of the background.
('050', '29:<50 85:<50 169:<50', '200 lost to follow-up', 'RAL 1-201; TDF 1-201', '1 1 3b 3b', 'y y n n', '200 200'),
('051', '29:<50 85:<50 169:<50 337:<50', '340 completed', 'RAL 1-341; TDF 1-341', '1 1 1 1', 'y y y y', '- -'),
-- Completed without a result in the window: in the study, but missing.  TLOVR: no failure.
('052', '29:<50 85:<50 169:<50', '340 completed', 'RAL 1-341; TDF 1-341', '1 1 3c 3c', 'y y y y', '- -'),

-- A drug added for no documented reason fails from then on, in TLOVR too.
('053', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; TDF 1-; ABC 100-', '2d 2d 2d 2d', 'n n n n', '100 100'),
-- One exchanged for toxicity is permitted, but for the Snapshot no longer after the first result.
('054', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; TDF 1-100 -adverse event; ABC 100- +adverse event', '2d 2d 2d 2d', 'y y y y', '- -'),
-- One stopped for no documented reason is a change as well.
('055', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; LPV 1-; TDF 1-100', '2d 2d 2d 2d', 'n n n n', '100 100'),
-- Changed on the day of the result, the day before, the day after.  056: the sample of day
-- 169 is from before the change, and for TLOVR an F that is the last before it.
('056', '29:<50 85:<50 169:600 337:<50', '', 'RAL 1-; TDF 1-; ABC 169- +lack of efficacy', '2a 2a 2d 2d', 'n n n n', '169 169'),
('057', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; TDF 1-; ABC 168- +lack of efficacy', '2d 2d 2d 2d', 'n n n n', '168 168'),
('058', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; TDF 1-; ABC 170- +lack of efficacy', '1 1 2d 2d', 'y y n n', '170 170'),
-- Changed, and no result in the window: 2d for who is in the study; who
-- discontinued is classified by that, which comes first.  TLOVR: day 100 is first.
('059', '29:<50 85:<50', '', 'RAL 1-; TDF 1-; ABC 100-', '2d 2d 2d 2d', 'n n n n', '100 100'),
('060', '29:<50 85:<50', '140 adverse event', 'RAL 1-; TDF 1-; ABC 100-', '3a 3a 3a 3a', 'n n n n', '100 100'),
('061', '29:<50 85:<50', '140 lost to follow-up', 'RAL 1-; TDF 1-; ABC 100-', '3b 3b 3b 3b', 'n n n n', '100 100'),
-- No changes: a booster, an interruption, another dose.
('062', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; DRV 1-; RTV 1-100', '1 1 1 1', 'y y y y', '- -'),
('063', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; TDF 1-100; TDF 110-', '1 1 1 1', 'y y y y', '- -'),
('066', '29:<50 85:<50 169:<50 337:<50', '', 'RAL 1-; LPV 1-100; LPV 100-', '1 1 1 1', 'y y y y', '- -'),
-- Changed on the day after the window and on its last day, without a result in
-- it.  TLOVR: moved back to the visit of day 169, missed right before.
('064', '29:<50 85:<50 337:<50', '', 'RAL 1-; TDF 1-; ABC 211-', '3c 3c 2d 2d', 'n n n n', '169 169'),
('065', '29:<50 85:<50 337:<50', '', 'RAL 1-; TDF 1-; ABC 210-', '2d 2d 2d 2d', 'n n n n', '169 169'),
-- The background stopped together with the study drug is its end, not a change.
('067', '29:<50 85:<50', '', 'RAL 1-150 -adverse event; TDF 1-150', '3a 3a 3a 3a', 'n n n n', '150 150'),

-- A limit of 500 answers neither threshold, one of 400 only the higher.
('068', '29:<500 85:<500 169:<500 337:<500', '', '', '? ? ? ?', '? ? ? ?', '? ?'),
('069', '29:<400 85:<400 169:<400 337:<400', '', '', '1 ? 1 ?', 'y ? y ?', '- ?'),
-- Known all the same: the change decides; TLOVR failed on day 100, or was never suppressed.
('070', '29:<500 85:<500 169:<500', '', 'RAL 1-; TDF 1-; ABC 100-', '2d 2d 2d 2d', 'n n n n', '? ?'),
-- 2c or 3b, both of them no success.  One result before the end confirms nothing.
('071', '29:<500', '100 other', '', '? ? ? ?', 'n n n n', '1 1'),
('072', '85:<500', '100 death', '', '3a 3a 3a 3a', 'n n n n', '1 1'),
-- An unknown result that changes nothing: T T ? T T has no two F in a row.
('073', '29:<50 85:<50 169:<500 190:<50 337:<50', '', '', '1 1 1 1', 'y y y y', '- -'),
-- T T ? F: if ? is F, rebound on day 169; if T, one F that nothing confirms.
('074', '29:<50 85:<50 169:<500 337:800', '', '', '? ? 2a 2a', '? ? ? ?', '? ?'),
-- The same, then given up: failure on day 169 or on day 337, at week 48 in any case.
('075', '29:<50 85:<50 169:<500 337:800', '350 lack of efficacy', '', '? ? 2a 2a', '? ? n n', '? ?'),
-- ? ? F F T T: suppressed at first, then rebound on day 85; or suppressed only
-- from day 169 on, and for good.  No single answer for all unknown results shows both.
('076', '29:<500 57:<500 85:5000 113:5000 169:<50 337:<50', '', '', '1 1 1 1', '? ? ? ?', '? ?'),
-- ? ? ? ? T T without failure if all are T, or all F; but T T F F T T is a rebound on day 85.
('077', '29:<500 57:<500 85:<500 113:<500 169:<50 337:<50', '', '', '1 1 1 1', '? ? ? ?', '? ?'),
-- The last result unknown for 50 alone; there is no second F that could confirm it.
('078', '29:<50 85:<50 169:<50 337:<75', '', '', '1 1 1 ?', 'y y y y', '- -'),
-- Not detected by an assay with a limit of 500 is below 500, no more.
('079', '169:TND/500', '', '', '? ? 3c 3c', 'n n n n', '1 1'),
-- T T F F ?: the rebound is confirmed whatever the unknown result is.
('092', '29:<50 85:<50 169:800 190:900 337:<500', '', '', '2a 2a ? ?', 'n n n n', '169 169'),

-- Suppression first reached at the last visit is not confirmed; at week 24 week 48 confirms it.
('080', '29:5000 85:800 169:600 337:<50', '', '', '2a 2a 1 1', 'n n n n', '1 1'),
('081', '29:5000 85:800 169:<50 337:<50', '', '', '1 1 1 1', 'y y y y', '- -'),
-- Two visits missed before the end: back to the first of them.  Day 60 is of the visit due on day 85.
('082', '29:<50 60:<50', '400 lost to follow-up', '', '3c 3c 3c 3c', 'n n n n', '169 169'),
-- A visit missed earlier, with results after it, moves nothing.
('083', '29:<50 169:<50 200:<50 337:600 360:700', '', '', '1 1 2a 2a', 'y y n n', '337 337'),
-- Missed right before a confirmed rebound.
('084', '29:<50 85:<50 337:600 360:700', '', '', '3c 3c 2a 2a', 'n n n n', '169 169'),
-- A result on day 220 is of no visit: that of day 169 was missed.  One on day 180 is of it.
('085', '29:<50 85:<50 220:600 337:700', '', '', '3c 3c 2a 2a', 'n n n n', '169 169'),
('086', '29:<50 85:<50 180:600 337:700', '', '', '2a 2a 2a 2a', 'n n n n', '180 180'),
-- Blips, each refuted by the next result: T T F T F T T for 50.
('087', '29:<50 57:<50 85:60 127:<50 169:70 200:<50 337:<50', '', '', '1 1 1 1', 'y y y y', '- -'),
-- T F T F for 50: never two in a row.
('088', '29:<50 85:60 169:<50 337:60', '', '', '1 1 1 2a', 'y n y n', '- 1'),
('089', '29:<50 85:<50 169:<50 337:600', '', '', '1 1 2a 2a', 'y y y y', '- -'),
-- Confirmed only after the window of week 48: still a failure on day 337.
('090', '29:<50 85:<50 169:<50 337:600 385:700', '', '', '1 1 2a 2a', 'y y n n', '337 337'),
-- Nothing at all, in the study.
('091', '', '', '', '3c 3c 3c 3c', 'n n n n', '1 1');

-- Virologic failure: more than 400 after less, a rise of more than 1 log10 above
-- the lowest, or from day 113 on neither less than 400 nor a fall of more than 1
-- log10 (less than 5000) so far; in a row, and 7 days or more apart.
-- failure   criterion and study day; - is none, ? is unknown
-- last      study day from which on the last results are possible failures without confirmation
create temporary table failure_case (subject_id text primary key, results text, failure text, last text);
insert into failure_case values
('001', null, '-', null),
('019', null, 'rebound 169', null),
-- 100 and 120 are not more than 400; above <50 by 0.3 log10 at least, which need not be more than 1
('020', null, '-', null),
('021', null, '-', '337'),
-- before day 113 it is too early for non-response
('032', null, '-', null),
-- 300 and then 450 would be a rebound, 450 and 300 not
('068', null, '?', null),
('069', null, '-', null),
('074', null, '?', '337'),
('090', null, 'rebound 337', null),
('101', '29:40000 85:30000 169:20000 337:10000', 'non-response 169', null),
-- 50000 / 4999 is more than 1 log10, 50000 / 5000 is not; 20000 is 0.6 above either
('102', '29:4999 169:20000 337:20000', '-', null),
('103', '29:5000 169:20000 337:20000', 'non-response 169', null),
-- day 112 is before day 113, so that day 119 stands alone; 6 days do not confirm, 7 do
('104', '112:20000 119:20000', '-', '119'),
('105', '113:20000 119:20000', '-', '113'),
('106', '113:20000 120:20000', 'non-response 113', null),
-- 6001 / 600 is a rise of more than 1 log10, 6000 / 600 is not
('107', '29:600 85:6001 100:7000', 'rebound 85', null),
('108', '29:600 85:6000 100:6000', '-', null),
-- the next result refutes it, twice
('109', '29:<50 85:500 90:<50 169:500 337:<50', '-', null),
-- 400 is not more than 400
('110', '29:<50 85:400 169:400', '-', null),
-- 3 days do not confirm, but neither do they refute: the third does confirm
('111', '29:<50 85:500 88:600 95:700', 'rebound 85', null),
-- above <50 by 1 log10 at least is more than 1, since <50 is less than 50
('112', '29:<50 85:390 169:500 180:500', 'rebound 169', null),
-- a rise from an unknown nadir counts from the limit: 4000 is 0.9 above 500
('113', '29:500 85:<500 169:4000 180:<50', '-', null);

-- Blips: at least 50 and less than 400 between two below 50, on the same drugs.
create temporary table blip_case (subject_id text primary key, results text, regimen text, blips text);
insert into blip_case values
('087', null, null, '85 169'),
('088', null, null, '85'),
-- 800 is too much
('018', null, null, null),
-- an unknown result may be one, or be next to one
('073', null, null, '169?'),
('069', null, null, '85? 169?'),
('078', null, null, null),
-- drugs exchanged between; on the day of the one before, after its sample; on the day of the next, after its sample
('121', '29:<50 85:60 169:<50', 'RAL 1-; TDF 1-100 -adverse event; ABC 100- +adverse event', null),
('122', '29:<50 85:60 169:<50', 'RAL 1-; TDF 1-; ABC 29- +adverse event', null),
('123', '29:<50 85:60 169:<50', 'RAL 1-; TDF 1-; ABC 169- +adverse event', '85'),
-- two periods without a gap neither start nor stop a drug; an interruption does both
('141', '29:<50 85:60 169:<50', 'RAL 1-70; RAL 70-; TDF 1-', '85'),
('142', '29:<50 85:60 169:<50', 'RAL 1-70; RAL 71-; TDF 1-', null),
-- 50 is not suppressed, 400 is not less than 400
('124', '29:<50 85:50 169:<50 200:400 337:<50', null, '85'),
-- two in a row are none
('125', '29:<50 85:60 169:70 337:<50', null, null);

-- Times to less than 400 and less than 50, in days from the first dose: after
-- the first number, not after the second; - is no response so far.
create temporary table response_case (subject_id text primary key, results text, said text);
insert into response_case values
('001', null, '0-28 28-84'),
('015', null, '0-168 0-168'),
('032', null, '84- 84-'),
('037', null, '0- 0-'),
-- results on treatment alone count
('046', null, '0- 0-'),
-- what cannot be known moves neither end
('069', null, '0-28 0-'),
('131', '29:60 85:<500 169:<50', '0-28 28-168'),
-- a rise after the first response is another matter
('018', null, '0-28 0-28'),
-- below 400 at baseline, the last result up to day 1: nothing to reach
('132', '1:300 29:60 85:<50', 'at baseline 28-84');
