#!/usr/bin/env node
"use strict";
require("../dist/cli/flowtrace.js").main();
