#!/usr/bin/env node
"use strict";
require("../dist/flowtrace.js").main();
