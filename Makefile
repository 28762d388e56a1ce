# Two commands matter: `make run` shows the system at work on this machine, `make test` checks it.
# Needed: git, make and Python 3.11 to 3.13 with its venv module; PYTHON=/path/to/python chooses one.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run up down test lint format bench staff work first-staff code clock recount capacity check-file
.PHONY: verify-log pictures javascript layers bill deploy smoke pins clean rotate-master trace restore-drill

BIN := .venv/bin
export PYTHONPATH := layers:.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport AWS_PROFILE
# Packages are installed without byte code: let the first run write it.
unexport PYTHONDONTWRITEBYTECODE
deploy smoke: export AWS_PROFILE := $(AWS_PROFILE)

# Found by running it: a launcher may be on the path without the interpreter it stands for.
FIND_PYTHON = for candidate in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	"$$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		>/dev/null 2>&1 && found="$$candidate" && break; \
	done; \
	if [ -z "$$found" ]; then \
		printf '%s\n' '需要 Python 3.11 至 3.13（含 venv 模块）' \
			'Python 3.11 to 3.13 with its venv module is needed' >&2; exit 1; fi

# $(call INSTALL,folder,pinned list): an environment of exactly the pinned packages.
INSTALL = $(FIND_PYTHON); \
	rm -rf $(1) && "$$found" -m venv $(1) && \
	packages=$$(grep -c == $(2)) && \
	printf '%s\n' "$$packages 个软件包，请稍候" "$$packages packages: please wait" >&2 && \
	$(1)/bin/python -m pip install -qq --no-deps --no-compile -r $(2) && touch $@

# A run of the tests that was cut off leaves the second stack behind.
STOP_APART = DEGREE_AUTH_LOCAL=.local/apart $(BIN)/python -m tools.local_aws stop 2>/dev/null

define NO_ROOM
没有这样的业务模块：$(ROOM)
no such room: $(ROOM)
endef

# Without a room, every test.
ROOM_TESTS = $(if $(ROOM),$(or $(wildcard tests/*/$(ROOM)),$(error $(NO_ROOM))))

## 列出命令
## list the commands
help:
	@awk '/^## / { said[n++] = substr($$0, 4); next } \
		n { sub(/:.*/, ""); printf "  make %-12s %s\n%20s%s\n", $$0, said[0], "", said[1]; n = 0 }' Makefile

## 在本机完整演示
## show the whole system at work on this machine
run: up
	@$(BIN)/python -m tools.demo

up: export DEGREE_AUTH_TROUBLE = $(TROUBLE)
## 在后台启动整套系统；TROUBLE=1 时如高负载下的 AWS
## bring the whole stack up in the background; TROUBLE=1 as AWS is under load
up: .venv/installed .venv-local-aws/installed
	@$(BIN)/python -m tools.up

## 停止
## stop it
down: .venv/installed
	@$(BIN)/python -m tools.local_aws stop
	@$(STOP_APART)

# Four workers for two processors: the tests of a stack wait much of their time. All must collect the same tests in the
# same order, whatever sets the tests are made from.
test: export PYTHONHASHSEED = 0
test: export DEGREE_AUTH_JOURNEY_IN_TROUBLE = $(TROUBLE)
## 运行测试；ROOM=verification 只测一个业务模块，TROUBLE=1 另测高负载，ARGS=… 交给 pytest
## run the tests; ROOM=verification one room's, TROUBLE=1 those of a high load too, ARGS=… for pytest
test: .venv/installed .venv-local-aws/installed
	@$(BIN)/python -m pytest --numprocesses 4 $(ROOM_TESTS) $(ARGS)

## 静态检查
## check style, types, imports, template and state machines
lint: .venv/installed
	@$(BIN)/python -m tools.lint

## 统一代码格式
## format the code
format: .venv/installed
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

## 测量；QUICK=1 为快速形式
## measure; QUICK=1 for the quick form
bench: .venv/installed .venv-local-aws/installed
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(ARGS)

staff: export STAFF_INPUT = $(value INPUT)
## 在本机执行工作人员操作 INPUT='{"action": …}'
## a staff action on the local stack INPUT='{"action": …}'
staff: .venv/installed
	@$(BIN)/python -m tools.sample_staff

## 本机待办清单，与控制台所示相同 [LIST=review]
## what waits for staff on the local stack, as the console shows it [LIST=review]
work: .venv/installed
	@$(BIN)/python -m tools.work $(LIST)

## 为部署者开通首批批准人 NAME=li.ming [STACK=…]（缺省为本机）
## open the first approvers' accounts NAME=li.ming [STACK=…] (the local stack without it)
first-staff: .venv/installed
	@$(BIN)/python -m tools.first_staff "$(NAME)" $(STACK)

## 样例账号的动态验证码 USERNAME=u10001-lead
## a one-time code of a sample account USERNAME=u10001-lead
code: .venv/installed
	@$(BIN)/python -m tools.one_time_code "$(USERNAME)"

## 拨快本机系统的时钟 DAYS=3 或 TO=2026-12-14T00:00
## move the local stack's clock forward DAYS=3 or TO=2026-12-14T00:00
clock: .venv/installed
	@$(BIN)/python -m tools.clock $(or $(DAYS),$(TO))

## 放假安排公布后重算时限 STACK=…（缺省为本机）
## count open deadlines again after a notice STACK=… (the local one without it)
recount: .venv/installed
	@$(BIN)/python -m tools.recount_deadlines $(STACK)

## 由预计的每秒申请数推算先到哪个配额 LOAD=100 [PARTITION=aws-cn]
## which quota of AWS a load breaks first, in submissions a second LOAD=100 [PARTITION=aws-cn]
capacity: .venv/installed
	@$(BIN)/python -m tools.capacity "$(LOAD)" $(PARTITION)

## 一件的全部经过，按时间排列 CASE=RZ… [STACK=…]（缺省为本机）
## everything that happened to a case, by time CASE=RZ… [STACK=…] (the local stack without it)
trace: .venv/installed
	@$(BIN)/python -m tools.trace_case "$(CASE)" $(STACK)

## 演练恢复：恢复四张表、验证、比较、删除 STACK=… [AT=时刻] [KEEP=1]
## drill a restore: four tables, verified, compared, removed STACK=… [AT=moment] [KEEP=1]
restore-drill: .venv/installed
	@test -n "$(STACK)" || { printf '%s\n' "请给出栈：make restore-drill STACK=degree-auth" \
		"give a stack: make restore-drill STACK=degree-auth" >&2; exit 2; }
	@$(BIN)/python -m tools.restore_drill $(STACK) "$(AT)" $(if $(KEEP),keep)

## 轮换主密钥，可重复执行 STACK=…（缺省为本机）
## turn the master secret, safe to repeat STACK=… (the local one without it)
rotate-master: .venv/installed
	@$(BIN)/python -m tools.rotate_master $(STACK)

## 预览年报文件，不写入 FILE= [ROWS= SHA256=]
## preview an annual report file, write nothing FILE= [ROWS= SHA256=]
check-file: .venv/installed
	@test -n "$(FILE)" || { printf '%s\n' "请给出文件：make check-file FILE=2026.csv" \
		"give a file: make check-file FILE=2026.csv" >&2; exit 2; }
	@test -f "$(FILE)" || { printf '%s\n' "没有此文件：$(FILE)" "there is no such file: $(FILE)" >&2; exit 2; }
	@$(BIN)/python -m tools.import_register "$(FILE)" --check \
		$(if $(ROWS),--rows "$(ROWS)") $(if $(SHA256),--sha256 "$(SHA256)")

## 离线验证报告已记入日志 REPORT= ANSWER= [EARLIER= GROWTH= ROOT=]
## verify offline that a report was logged REPORT= ANSWER= [EARLIER= GROWTH= ROOT=]
verify-log: .venv/installed
	@test -n "$(REPORT)" -a -n "$(ANSWER)" || { printf '%s\n' \
		"请给出报告与校验答复：make verify-log REPORT=报告.pdf ANSWER=check.json" \
		"give a report and the answer of its check: make verify-log REPORT=report.pdf ANSWER=check.json" >&2; exit 2; }
	@$(BIN)/python tools/verify_report_log.py --report "$(REPORT)" --answer "$(ANSWER)" \
		--trust-root "$(or $(ROOT),.local/certificate/test-root.pem)" \
		$(if $(EARLIER),--earlier "$(EARLIER)") $(if $(GROWTH),--growth "$(GROWTH)")

## 重拍文档中的图片
## take the pictures of the documentation
pictures: .venv/installed .venv-local-aws/installed
	@$(BIN)/python -m tools.pictures

## 安装用于互验的 JavaScript 库（可选，需 Node）
## install libraries of JavaScript to check against (optional, with Node)
javascript:
	@mkdir -p .local/javascript && cp requirements/javascript/package.json .local/javascript/
	@npm install --silent --no-audit --no-fund --prefix .local/javascript

## 构建 Lambda 层
## build the Lambda layers
layers: .venv/installed
	@$(BIN)/python -m tools.build_layers

## 部署物的软件包清单（CycloneDX）
## the bill of materials of what is deployed (CycloneDX)
bill: .venv/installed
	@$(BIN)/python -m tools.bill_of_materials

## 部署 ENVIRONMENT=staging|production
## deploy to AWS ENVIRONMENT=staging|production
deploy: .venv/installed .venv-sam/installed
	@$(BIN)/python -m tools.deploy $(ENVIRONMENT)

## 部署后检查 STACK=…（缺省为本机）
## look at a deployed stack STACK=… (the local one without it)
smoke: .venv/installed
	@$(BIN)/python -m tools.smoke $(STACK)

## 更新锁定的版本
## renew the pinned versions
pins: .venv/installed
	@$(BIN)/python -m tools.pins

## 停止并删除生成物
## stop, and remove what was built
clean:
	@test ! -x $(BIN)/python || { $(BIN)/python -m tools.local_aws stop; $(STOP_APART); }
	rm -rf build .local .venv .venv-local-aws .venv-sam

.venv/installed: requirements/development.txt
	@printf '%s\n' '正在安装开发环境（下载软件包，需二至五分钟）' \
		'installing the development environment (downloads packages, takes two to five minutes)' >&2
	@$(call INSTALL,.venv,$<)

.venv-local-aws/installed: requirements/local-aws.txt
	@printf '%s\n' '正在安装本地 AWS（下载软件包）' 'installing the local AWS (downloads packages)' >&2
	@$(call INSTALL,.venv-local-aws,$<)

.venv-sam/installed: requirements/sam.txt
	@printf '%s\n' '正在安装 SAM' 'installing SAM' >&2
	@$(call INSTALL,.venv-sam,$<)
