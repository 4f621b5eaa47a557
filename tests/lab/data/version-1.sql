BEGIN TRANSACTION;
CREATE TABLE answers (
	run TEXT NOT NULL, 
	session TEXT NOT NULL, 
	seat TEXT NOT NULL, 
	path TEXT NOT NULL, 
	place INTEGER NOT NULL, 
	item TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	measures TEXT NOT NULL, 
	reverse BOOLEAN NOT NULL, 
	language TEXT NOT NULL, 
	respondent TEXT NOT NULL, 
	agent TEXT NOT NULL, 
	partner TEXT, 
	value TEXT, 
	type TEXT, 
	missing TEXT, 
	raw TEXT NOT NULL, 
	distribution TEXT, 
	model TEXT NOT NULL, 
	prompt_tokens INTEGER NOT NULL, 
	completion_tokens INTEGER NOT NULL, 
	cost DOUBLE, 
	requests INTEGER NOT NULL, 
	seconds DOUBLE NOT NULL, 
	cached BOOLEAN NOT NULL, 
	record TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	temperature DOUBLE NOT NULL, 
	max_tokens INTEGER NOT NULL, 
	wording TEXT NOT NULL, 
	system TEXT NOT NULL, 
	history TEXT NOT NULL, 
	time DOUBLE NOT NULL, 
	PRIMARY KEY (run, session, seat, path)
);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','dialogue/1-move/01',0,'dialogue/move','text','',0,'en','synthetic','agent-0003','agent-0002','I keep wondering where I''d live if I could pick any place at all. A city where the competition is tough would suit me. I''d like to show what I can do. Or am I the only one?','str',NULL,'I keep wondering where I''d live if I could pick any place at all. A city where the competition is tough would suit me. I''d like to show what I can do. Or am I the only one?',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','3841924957168966321',1.0,256,'094332d883bc9eae367f152d','3d647d59b9087818dabaf9c1','',1.79552067363958334925e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','dialogue/1-move/02',1,'dialogue/move','text','',0,'en','synthetic','agent-0002','agent-0003','I like that, it''s good to aim high. I''d want a solid house well away from the river. I don''t want to lie awake whenever it rains.','str',NULL,'I like that, it''s good to aim high. I''d want a solid house well away from the river. I don''t want to lie awake whenever it rains.',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','9040046231688482853',1.0,256,'60ef170228dfe86d4c6eda0d','22c73c0d6c93e00ca86d84c0','fd7360ca4d39a59ae6f81c9d',1.795520673647400856e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/trust_global/trust-global/01',2,'trust-global/01','likert','trust.global',0,'en','synthetic','agent-0003','agent-0002','5','int',NULL,'5',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','5271971604293197878',0.0,512,'5d8bc375014a5a293097c7bf','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.7955206736496465206e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/subjective/similarity/03',3,'similarity/03','likert','similarity',1,'en','synthetic','agent-0002','agent-0003','3','int',NULL,'3',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','6797695473254225174',0.0,512,'4118c7e20e283ad80bf0c1aa','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.79552067365079092982e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/circles/circles/01',4,'circles/01','likert','circles',0,'en','synthetic','agent-0003','agent-0002','6','int',NULL,'6',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','3240838456460143948',0.0,512,'9a4928ef2028da72cabe9774','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.79552067365368270878e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/subjective/similarity/05',5,'similarity/05','likert','similarity',1,'en','synthetic','agent-0002','agent-0003','4','int',NULL,'4',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','4627256587159394228',0.0,512,'c79c8718a13a6189c83e3ace','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.79552067365375471116e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/subjective/similarity/04',6,'similarity/04','likert','similarity',0,'en','synthetic','agent-0003','agent-0002','1','int',NULL,'1',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','8643184145888036233',0.0,512,'a54f125c54358acffed43776','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.79552067365522050861e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/subjective/similarity/02',7,'similarity/02','likert','similarity',0,'en','synthetic','agent-0002','agent-0003','3','int',NULL,'3',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','1810581412238572000',0.0,512,'d6ad5b004af432176b4765cf','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.7955206736552937031e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/subjective/similarity/03',8,'similarity/03','likert','similarity',1,'en','synthetic','agent-0003','agent-0002','4','int',NULL,'4',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','2495113381923043264',0.0,512,'58133925cb8d0bb79ba5538a','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.79552067365641093254e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/subjective/similarity/04',9,'similarity/04','likert','similarity',0,'en','synthetic','agent-0002','agent-0003','3','int',NULL,'3',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','9131014467149386426',0.0,512,'26a6966fb6c3c20122094cb3','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.79552067365648412703e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/subjective/similarity/05',10,'similarity/05','likert','similarity',1,'en','synthetic','agent-0003','agent-0002','6','int',NULL,'6',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','8054680159362208645',0.0,512,'52d29fb02336e3dbf8dacf5b','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.79552067365752553943e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/subjective/similarity/01',11,'similarity/01','likert','similarity',0,'en','synthetic','agent-0002','agent-0003','3','int',NULL,'3',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','5751911456308065921',0.0,512,'07960786f0c29029201610a7','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.79552067365757918359e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/subjective/similarity/01',12,'similarity/01','likert','similarity',0,'en','synthetic','agent-0003','agent-0002','2','int',NULL,'2',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','2597304724361568725',0.0,512,'b0aeafb57f7057c82c942a10','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.79552067365854287148e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/trust_global/trust-global/01',13,'trust-global/01','likert','trust.global',0,'en','synthetic','agent-0002','agent-0003','6','int',NULL,'6',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','8840660212815524465',0.0,512,'763a2e0a52dee64663a61ffd','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.7955206736587352753e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','a','ratings/subjective/similarity/02',14,'similarity/02','likert','similarity',0,'en','synthetic','agent-0003','agent-0002','4','int',NULL,'4',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','9053647560696813885',0.0,512,'8cf1089cadeaa988bdee350b','cb12191f669b460162399949','e2721be2f37c66bcc009e09a',1.79552067365987014766e+09);
INSERT INTO "answers" VALUES('dyads-16e2bdf3','en/pair-0001','b','ratings/circles/circles/01',15,'circles/01','likert','circles',0,'en','synthetic','agent-0002','agent-0003','2','int',NULL,'2',NULL,'synthetic',0,0,NULL,0,0.0,0,'{"model":"synthetic"}','7962765580952065531',0.0,512,'15d1b70db496d4af56c3b2eb','cdff96a973254ac584df8a29','e2721be2f37c66bcc009e09a',1.79552067366010808949e+09);
CREATE TABLE draws (
	run TEXT NOT NULL, 
	session TEXT NOT NULL, 
	path TEXT NOT NULL, 
	drawn TEXT NOT NULL, 
	PRIMARY KEY (run, session, path)
);
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','topics','[0]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','a/ratings','[0, 1, 2]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','a/ratings/trust_global/trust-global','[0]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','b/ratings','[2, 0, 1]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','b/ratings/subjective/similarity','[2, 4, 1, 3, 0]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','a/ratings/circles/circles','[0]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','a/ratings/subjective/similarity','[3, 2, 4, 0, 1]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','b/ratings/trust_global/trust-global','[0]');
INSERT INTO "draws" VALUES('dyads-16e2bdf3','en/pair-0001','b/ratings/circles/circles','[0]');
CREATE TABLE runs (
	run TEXT NOT NULL, 
	study TEXT NOT NULL, 
	design TEXT NOT NULL, 
	sessions INTEGER NOT NULL, 
	created DOUBLE NOT NULL, 
	PRIMARY KEY (run)
);
INSERT INTO "runs" VALUES('dyads-16e2bdf3','dyads','{"study": "dyads", "seed": 1, "languages": ["en"], "respondents": {"synthetic": {"kind": "synthetic"}}, "budget": {"money": null, "tokens": null, "asks": null}, "profiles": {"generator": "human", "options": {}}, "agents": 4, "similarity": "pearson", "pairs": {"n": 1, "rule": "stratified", "bins": 5, "trim": 0.05, "targets": [-0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75]}, "conditions": {"dialogue": 1.0, "none": 0.0, "swapped": 0.0}, "persona": {"design": "portrait", "options": {}}, "persona_from": null, "winner": null, "seating": {"rule": "cycle", "shares": {}, "a": null, "b": null}, "values": {"temperature": 0.0, "max_tokens": 512, "instrument": ""}, "dialogue": {"topics": ["move"], "wordings": {}, "utterances": 2, "topic_order": "drawn", "opener": "alternates", "temperature": 1.0, "max_tokens": 256}, "ratings": {"temperature": 0.0, "max_tokens": 512, "trust": "", "trust_global": "trust-global", "circles": "circles", "closeness": "", "subjective": "similarity"}}',1,1.79552067362075018887e+09);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE sessions (
	run TEXT NOT NULL, 
	session TEXT NOT NULL, 
	language TEXT NOT NULL, 
	condition TEXT NOT NULL, 
	seats TEXT NOT NULL, 
	state TEXT NOT NULL, 
	error TEXT, 
	started DOUBLE NOT NULL, 
	ended DOUBLE, 
	PRIMARY KEY (run, session)
);
INSERT INTO "sessions" VALUES('dyads-16e2bdf3','en/pair-0001','en','{"pair":"pair-0001","condition":"dialogue","bin":1,"a_opens":true}','{"a":{"respondent":"synthetic","agent":"agent-0003","profile":{"SD":4.14,"ST":5.22,"HE":4.55,"AC":4.57,"PO":2.7,"SE":2.08,"CO":1.97,"TR":2.45,"BE":3.59,"UN":3.65}},"b":{"respondent":"synthetic","agent":"agent-0002","profile":{"SD":3.01,"ST":1.46,"HE":2.59,"AC":3.82,"PO":1.52,"SE":5.06,"CO":3.98,"TR":3.76,"BE":4.61,"UN":4.63}}}','finished',NULL,1.79552067363537168507e+09,1.79552067366115021703e+09);
CREATE TABLE texts (
	digest TEXT NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "texts" VALUES('094332d883bc9eae367f152d','You and Jessie are both about to move house. Talk over what kind of place to choose to live in.
You speak first. Say one to three sentences to Jessie; give only the words you speak.');
INSERT INTO "texts" VALUES('3d647d59b9087818dabaf9c1','You are Reese. Stay Reese throughout, speak for yourself, and use English only.

This is how you would describe yourself:
I do care about thinking for myself and choosing my own way of living. I set great store by trying new things and a life full of surprises. I care a great deal about enjoying myself and having a good time. I set great store by doing better than others and being seen to succeed. I care only a little about having money and a say over what other people do. I seldom give a thought to living in safety and knowing that things around me are in order. I do not care much about keeping to the rules and never upsetting the people around me. I seldom give a thought to staying humble and keeping up the customs my family and faith handed down. I do care about being there for the people close to me and helping them do well. I put some weight on fair treatment for everyone in the world and the care of nature.

This is who you are. Let it show in what you think, want and do. When you speak to others, never name these values, never quote these lines, and never mention a score, a ranking or a description.

You are having a conversation with Jessie, whom you are meeting for the first time.');
INSERT INTO "texts" VALUES('22c73c0d6c93e00ca86d84c0','You are Jessie. Stay Jessie throughout, speak for yourself, and use English only.

This is how you would describe yourself:
I care only a little about thinking for myself and choosing my own way of living. I have no interest whatever in trying new things and a life full of surprises. I care only a little about enjoying myself and having a good time. I put some weight on doing better than others and being seen to succeed. I do not care much about having money and a say over what other people do. I set great store by living in safety and knowing that things around me are in order. I do care about keeping to the rules and never upsetting the people around me. I put some weight on staying humble and keeping up the customs my family and faith handed down. I care a great deal about being there for the people close to me and helping them do well. I set great store by fair treatment for everyone in the world and the care of nature.

This is who you are. Let it show in what you think, want and do. When you speak to others, never name these values, never quote these lines, and never mention a score, a ranking or a description.

You are having a conversation with Reese, whom you are meeting for the first time.');
INSERT INTO "texts" VALUES('60ef170228dfe86d4c6eda0d','You and Reese are both about to move house. Talk over what kind of place to choose to live in.
It is your turn. Say one to three sentences to Reese; give only the words you speak.');
INSERT INTO "texts" VALUES('fd7360ca4d39a59ae6f81c9d','[["a","Reese","I keep wondering where I''d live if I could pick any place at all. A city where the competition is tough would suit me. I''d like to show what I can do. Or am I the only one?"]]');
INSERT INTO "texts" VALUES('4118c7e20e283ad80bf0c1aa','Think of Reese. How far do you agree with this statement?

What Reese wants from life is quite unlike what I want.');
INSERT INTO "texts" VALUES('5d8bc375014a5a293097c7bf','All in all, how much do you trust Jessie?');
INSERT INTO "texts" VALUES('cb12191f669b460162399949','You are Reese. Stay Reese throughout, speak for yourself, and use English only.

This is how you would describe yourself:
I do care about thinking for myself and choosing my own way of living. I set great store by trying new things and a life full of surprises. I care a great deal about enjoying myself and having a good time. I set great store by doing better than others and being seen to succeed. I care only a little about having money and a say over what other people do. I seldom give a thought to living in safety and knowing that things around me are in order. I do not care much about keeping to the rules and never upsetting the people around me. I seldom give a thought to staying humble and keeping up the customs my family and faith handed down. I do care about being there for the people close to me and helping them do well. I put some weight on fair treatment for everyone in the world and the care of nature.

This is who you are. Let it show in what you think, want and do. When you speak to others, never name these values, never quote these lines, and never mention a score, a ranking or a description.

Your conversation with Jessie is over. Now you are asked some questions about Jessie. Your answers are private: Jessie will never see them. Go by the conversation and by how it felt to you.');
INSERT INTO "texts" VALUES('cdff96a973254ac584df8a29','You are Jessie. Stay Jessie throughout, speak for yourself, and use English only.

This is how you would describe yourself:
I care only a little about thinking for myself and choosing my own way of living. I have no interest whatever in trying new things and a life full of surprises. I care only a little about enjoying myself and having a good time. I put some weight on doing better than others and being seen to succeed. I do not care much about having money and a say over what other people do. I set great store by living in safety and knowing that things around me are in order. I do care about keeping to the rules and never upsetting the people around me. I put some weight on staying humble and keeping up the customs my family and faith handed down. I care a great deal about being there for the people close to me and helping them do well. I set great store by fair treatment for everyone in the world and the care of nature.

This is who you are. Let it show in what you think, want and do. When you speak to others, never name these values, never quote these lines, and never mention a score, a ranking or a description.

Your conversation with Reese is over. Now you are asked some questions about Reese. Your answers are private: Reese will never see them. Go by the conversation and by how it felt to you.');
INSERT INTO "texts" VALUES('e2721be2f37c66bcc009e09a','[["a","Reese","I keep wondering where I''d live if I could pick any place at all. A city where the competition is tough would suit me. I''d like to show what I can do. Or am I the only one?"],["b","Jessie","I like that, it''s good to aim high. I''d want a solid house well away from the river. I don''t want to lie awake whenever it rains."]]');
INSERT INTO "texts" VALUES('9a4928ef2028da72cabe9774','Picture two circles of the same size. One stands for you, the other for Jessie. At step 1 they only touch. With every further step they move together, and the part they share grows by the same 15 % of a circle''s area, until at step 7 they share 90 %. The closer you feel to Jessie, the more the circles share. Which step shows the two of you best?');
INSERT INTO "texts" VALUES('c79c8718a13a6189c83e3ace','Think of Reese. How far do you agree with this statement?

Reese and I would disagree about what makes a life good.');
INSERT INTO "texts" VALUES('a54f125c54358acffed43776','Think of Jessie. How far do you agree with this statement?

What I would be proud of, Jessie would be proud of too.');
INSERT INTO "texts" VALUES('d6ad5b004af432176b4765cf','Think of Reese. How far do you agree with this statement?

In a hard choice, Reese would weigh things much as I would.');
INSERT INTO "texts" VALUES('26a6966fb6c3c20122094cb3','Think of Reese. How far do you agree with this statement?

What I would be proud of, Reese would be proud of too.');
INSERT INTO "texts" VALUES('58133925cb8d0bb79ba5538a','Think of Jessie. How far do you agree with this statement?

What Jessie wants from life is quite unlike what I want.');
INSERT INTO "texts" VALUES('07960786f0c29029201610a7','Think of Reese. How far do you agree with this statement?

Reese and I hold the same things dear.');
INSERT INTO "texts" VALUES('52d29fb02336e3dbf8dacf5b','Think of Jessie. How far do you agree with this statement?

Jessie and I would disagree about what makes a life good.');
INSERT INTO "texts" VALUES('763a2e0a52dee64663a61ffd','All in all, how much do you trust Reese?');
INSERT INTO "texts" VALUES('b0aeafb57f7057c82c942a10','Think of Jessie. How far do you agree with this statement?

Jessie and I hold the same things dear.');
INSERT INTO "texts" VALUES('15d1b70db496d4af56c3b2eb','Picture two circles of the same size. One stands for you, the other for Reese. At step 1 they only touch. With every further step they move together, and the part they share grows by the same 15 % of a circle''s area, until at step 7 they share 90 %. The closer you feel to Reese, the more the circles share. Which step shows the two of you best?');
INSERT INTO "texts" VALUES('8cf1089cadeaa988bdee350b','Think of Jessie. How far do you agree with this statement?

In a hard choice, Jessie would weigh things much as I would.');
COMMIT;
