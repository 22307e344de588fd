using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Machines.Windows;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Resources;
using Gateway.Provisioning.Resources.Managed;
using Gateway.Provisioning.Tests.Wrapping;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gateway.Provisioning.Tests.Machines.Windows;

/// <summary>Scheduled tasks as the product reads and writes them, through the cmdlets of the rig, which takes what "Task Scheduler Schema" describes.</summary>
public sealed class WindowsScheduledTasksTests
{
    private const string Folder = @"\DICOM-Mail Gateway\";
    private const string Name = "DICOM-Mail Gateway backup";
    private static readonly XNamespace Schema = "http://schemas.microsoft.com/windows/2004/02/mit/task";
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScheduledTaskState Backup = new(
        Name, @"D:\VISUS\Gateway.Service.exe", "backup --config \"D:\\V & S\\gateway.json\" --to \"E:\\Backup\"", "02:30", "SYSTEM", Enabled: true);

    private static readonly (string Ours, string Theirs)[] Drifts =
    [
        ("<StartWhenAvailable>true</StartWhenAvailable>", ""),
        ("PT12H", "PT1M"),
        ("<MultipleInstancesPolicy>IgnoreNew", "<MultipleInstancesPolicy>StopExisting"),
        ("<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>", ""),
        ("<CalendarTrigger><Enabled>true", "<CalendarTrigger><Enabled>false"),
        ("<StartBoundary>2026-11-25", "<StartBoundary>2027-01-01"),
        ("T02:30:00<", "T02:30:00+05:00<"),
        ("<ScheduleByDay>", "<EndBoundary>2026-12-01T00:00:00</EndBoundary><ScheduleByDay>"),
        ("<DaysInterval>1", "<DaysInterval>7"),
        ("</Exec>", "<WorkingDirectory>C:\\</WorkingDirectory></Exec>"),
        ("</Exec>", "</Exec><Exec><Command>format.com</Command></Exec>"),
        ("</CalendarTrigger>", "</CalendarTrigger><BootTrigger/>"),
        ("<Source>DICOM-Mail Gateway", "<Source>Somebody"),
        ("<UserId>S-1-5-18", "<UserId>S-1-5-21-1-2-3-1001"),
    ];

    private static string Rendered => TaskDefinition.Render(Backup, "S-1-5-18", Now, new DateTime(2026, 11, 25, 2, 30, 0));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_read_back_as_it_was_written_and_has_never_run()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        Assert.Empty(await tasks.ReadAsync(Cancel));
        await tasks.PutAsync(Backup, Cancel);
        Assert.Equal(Backup with { RegisteredAt = Now }, await OnlyAsync(tasks));

        var changed = Backup with { Execute = @"E:\other.exe", Arguments = "", DailyAt = "23:05", Enabled = false, Account = "LOCAL SERVICE", RegisteredAt = Now.AddDays(-3) };
        await tasks.PutAsync(changed, Cancel);
        Assert.Equal(changed, await OnlyAsync(tasks));

        await tasks.RemoveAsync(Name, Cancel);
        Assert.Empty(await tasks.ReadAsync(Cancel));
        await tasks.RemoveAsync(Name, Cancel);
    }

    [Fact]
    public async Task What_is_registered_is_what_a_backup_needs()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        var xml = Definition(rig);
        Assert.StartsWith("<Task", xml, StringComparison.Ordinal); // a declaration could name an encoding that the text does not have
        var root = XElement.Parse(xml);
        string Value(params string[] path) => path.Aggregate(root, (e, name) => e.Element(Schema + name)!).Value;
        Assert.Equal("1.2", root.Attribute("version")!.Value);
        Assert.Equal("S-1-5-18", Value("Principals", "Principal", "UserId"));
        Assert.Equal("HighestAvailable", Value("Principals", "Principal", "RunLevel"));
        Assert.Equal(["Enabled", "StartBoundary", "ScheduleByDay"], root.Element(Schema + "Triggers")!.Elements().Single().Elements().Select(e => e.Name.LocalName));
        Assert.Equal("2026-11-25T02:30:00", Value("Triggers", "CalendarTrigger", "StartBoundary"));
        Assert.Equal(
            ["DisallowStartIfOnBatteries=false", "Enabled=true", "ExecutionTimeLimit=PT12H", "MultipleInstancesPolicy=IgnoreNew", "StartWhenAvailable=true", "StopIfGoingOnBatteries=false"],
            root.Element(Schema + "Settings")!.Elements().Select(e => $"{e.Name.LocalName}={e.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(Backup.Arguments, Value("Actions", "Exec", "Arguments"));
    }

    [Fact]
    public async Task The_first_run_is_the_next_turn_on_the_machines_clock()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup with { DailyAt = "13:30" }, Cancel); // 12:00 UTC is 13:00 in Berlin
        Assert.Contains("<StartBoundary>2026-11-24T13:30:00</StartBoundary>", Definition(rig), StringComparison.Ordinal);
        await tasks.PutAsync(Backup with { DailyAt = "12:30" }, Cancel);
        Assert.Contains("<StartBoundary>2026-11-25T12:30:00</StartBoundary>", Definition(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_comes_back_with_its_result_in_universal_time()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        var ran = TimeZoneInfo.ConvertTime(Now.AddHours(-9), TimeZoneInfo.Local).DateTime;
        rig.Change(state => (Task(state)["lastRun"], Task(state)["lastResult"]) = (ran.ToString("s"), 0));
        var good = await OnlyAsync(tasks);
        Assert.Equal((Now.AddHours(-9), 0), (good.LastRun, good.LastResult));

        rig.Change(state => Task(state)["lastResult"] = 0xC000013A);
        Assert.Equal(unchecked((int)0xC000013A), (await OnlyAsync(tasks)).LastResult);

        rig.Change(state => Task(state)["lastResult"] = 0x41301);
        var running = await OnlyAsync(tasks);
        Assert.Equal((Now.AddHours(-9), null), (running.LastRun, running.LastResult));
    }

    [Fact]
    public void A_time_without_an_offset_is_one_on_the_machines_clock()
    {
        var clock = Clock();
        Assert.Equal(Now, TaskDefinition.Utc(new DateTime(2026, 11, 24, 13, 0, 0), clock));
        Assert.Equal(Now, TaskDefinition.Utc(new DateTime(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc), clock));
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero), TaskDefinition.Utc(new DateTime(2026, 3, 29, 2, 30, 0), clock)); // an hour that summer time skips
    }

    [Fact]
    public async Task Disabled_by_hand_it_is_the_same_task_and_not_enabled()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        Replace(rig, "<Enabled>true</Enabled></Settings>", "<Enabled>0</Enabled></Settings>");
        Assert.Equal(Backup with { RegisteredAt = Now, Enabled = false }, await OnlyAsync(tasks));
    }

    [Theory]
    [InlineData("<UserId>S-1-5-18</UserId>", "<UserId>NT-AUTORITÄT\\SYSTEM</UserId>")]
    [InlineData("PT12H", "P0DT720M")]
    [InlineData("<StartWhenAvailable>true</StartWhenAvailable>", "<StartWhenAvailable>1</StartWhenAvailable><Priority>7</Priority><IdleSettings><StopOnIdleEnd>true</StopOnIdleEnd></IdleSettings>")]
    [InlineData("<DaysInterval>1</DaysInterval>", "")]
    [InlineData("<Source>", "<URI>\\DICOM-Mail Gateway\\DICOM-Mail Gateway backup</URI><Source>")]
    [InlineData("<Task version=\"1.2\"", "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Task version=\"1.4\"")]
    public void What_says_the_same_in_other_words_is_no_drift(string ours, string other) =>
        Assert.Equal(Backup with { RegisteredAt = Now }, TaskDefinition.Read(Name, Changed(Rendered, ours, other), Clock(), Resolve));

    [Fact]
    public async Task Any_other_change_by_hand_is_drift_and_can_be_put_back()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        foreach (var (ours, theirs) in Drifts)
        {
            await tasks.PutAsync(Backup, Cancel);
            Assert.Equal(Backup with { RegisteredAt = Now }, await OnlyAsync(tasks));
            Replace(rig, ours, theirs);
            var before = Definition(rig);
            var found = await OnlyAsync(tasks);
            Assert.True(found.Definition is not null, theirs);

            await tasks.PutAsync(Backup, Cancel);
            var journaled = JsonSerializer.SerializeToElement(found, ManifestJson.Compact).Deserialize<ScheduledTaskState>(ManifestJson.Compact)!;
            await tasks.PutAsync(journaled, Cancel);
            Assert.Equal(found, await OnlyAsync(tasks));
            Assert.True(XNode.DeepEquals(XElement.Parse(before), XElement.Parse(Definition(rig))), theirs);
        }
    }

    [Fact]
    public async Task A_strangers_task_of_another_kind_is_shown_and_put_back_whole()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        const string Strange = "<Task version=\"1.3\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><RegistrationInfo><Author>K. Meier</Author></RegistrationInfo>"
            + "<Triggers><BootTrigger><Delay>PT5M</Delay></BootTrigger></Triggers><Principals><Principal id=\"x\"><GroupId>S-1-5-32-545</GroupId></Principal></Principals><Settings />"
            + "<Actions Context=\"x\"><Exec><Command>calc.exe</Command></Exec></Actions></Task>";
        rig.Change(state => state["scheduledTasks"] = new JsonObject { ["tasks"] = new JsonArray(new JsonObject { ["path"] = Folder, ["name"] = Name, ["xml"] = Strange }) });
        var found = await OnlyAsync(tasks);
        Assert.Equal(new ScheduledTaskState(Name, "calc.exe", "", "", "S-1-5-32-545", Enabled: true) { Definition = Strange }, found);
        await tasks.PutAsync(Backup, Cancel);
        await tasks.PutAsync(found, Cancel);
        Assert.Equal(Strange, Definition(rig));
    }

    [Fact]
    public async Task The_engine_takes_over_a_task_that_somebody_changed_and_a_rollback_gives_it_back()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        Replace(rig, "PT12H", "PT1M");
        var before = Definition(rig);
        await using var machine = new Rehearsed(wrap: inner => new WrappedMachine(inner) { ScheduledTasks = tasks });
        var task = machine.Graph.InOrder.OfType<DailyTask>().Single(task => task.Task.Arguments.StartsWith("backup", StringComparison.Ordinal));
        var seen = await task.ObserveAsync(machine.Acting, machine.Clock, Cancel);
        Assert.Equal(["execute", "arguments", "definition"], seen.Differences.Select(difference => difference.Name));
        Assert.DoesNotContain("PT1M", string.Concat(seen.Differences), StringComparison.Ordinal);

        await machine.ApplyAsync();
        Assert.Equal(Outcome.Holds, (await task.ObserveAsync(machine.Acting, machine.Clock, Cancel)).Outcome);
        Assert.Empty((await machine.RollbackAsync()).Diagnostics);
        Assert.Equal(before, Definition(rig));
    }

    [Fact]
    public async Task A_task_that_runs_with_a_password_is_not_replaced_because_it_could_not_be_put_back()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        Replace(rig, "<UserId>S-1-5-18</UserId>", "<UserId>S-1-5-21-1-2-3-1001</UserId><LogonType>Password</LogonType>");
        var before = Definition(rig);
        tasks.Forget();
        Assert.Equal("GW2320", (await Assert.ThrowsAsync<RefusedException>(() => tasks.PutAsync(Backup, Cancel))).Diagnostic.Code);
        Assert.Equal(before, Definition(rig));
    }

    [Fact]
    public async Task A_task_is_not_registered_for_an_account_that_needs_a_password()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        Assert.Equal("GW2321", (await Assert.ThrowsAsync<RefusedException>(() => tasks.PutAsync(Backup with { Account = @"HOSPITAL\backup" }, Cancel))).Diagnostic.Code);
        Assert.Empty(rig.Calls);
    }

    [Fact]
    public async Task Tasks_outside_of_our_folder_are_nobodys_business_here()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        rig.Change(state => state["scheduledTasks"]!["tasks"]!.AsArray().Add(new JsonObject { ["path"] = @"\", ["name"] = Name, ["xml"] = "<Task/>" }));
        await OnlyAsync(tasks);
        await tasks.RemoveAsync(Name, Cancel);
        rig.Change(state => Assert.Equal(@"\", (string)Task(state)["path"]!));
    }

    [Fact]
    public async Task One_look_takes_two_pipelines_however_many_ask()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        var (before, pipelines) = (rig.Calls.Count, rig.Pipelines);
        await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, 5).Select(_ => tasks.ReadAsync(Cancel)));
        Assert.Equal(["Get-ScheduledTask", "Get-ScheduledTaskInfo", "Export-ScheduledTask"], rig.Calls.Skip(before));
        Assert.Equal(2, rig.Pipelines - pipelines);
        Replace(rig, "<Enabled>true</Enabled></Settings>", "<Enabled>false</Enabled></Settings>");
        Assert.True(Assert.Single(await tasks.ReadAsync(Cancel)).Enabled);
        tasks.Forget();
        Assert.False(Assert.Single(await tasks.ReadAsync(Cancel)).Enabled);
    }

    [Fact]
    public async Task A_refused_change_says_so_and_reading_goes_on()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        rig.Change(state => state["faults"] = new JsonArray("access-denied"));
        Assert.Equal("GW2302", (await Assert.ThrowsAsync<RefusedException>(() => tasks.PutAsync(Backup with { Enabled = false }, Cancel))).Diagnostic.Code);
        Assert.Equal("GW2302", (await Assert.ThrowsAsync<RefusedException>(() => tasks.RemoveAsync(Name, Cancel))).Diagnostic.Code);
        Assert.True((await OnlyAsync(tasks)).Enabled);
    }

    [Fact]
    public async Task A_definition_that_the_scheduler_does_not_take_is_refused_with_its_own_number()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => tasks.PutAsync(Backup with { Execute = new string('x', 261) }, Cancel));
        Assert.Equal("GW2301", refused.Diagnostic.Code);
        Assert.Contains("0x80041318", refused.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_module_nothing_is_known()
    {
        using var rig = new RigPowerShell("scheduledtasks-missing");
        var tasks = Tasks(rig);
        await Assert.ThrowsAsync<NotAssessableException>(() => tasks.ReadAsync(Cancel));
    }

    [Fact]
    public async Task A_definition_that_is_no_xml_is_not_assessed()
    {
        using var rig = new RigPowerShell();
        var tasks = Tasks(rig);
        await tasks.PutAsync(Backup, Cancel);
        rig.Change(state => Task(state)["xml"] = "no XML");
        tasks.Forget();
        await Assert.ThrowsAsync<NotAssessableException>(() => tasks.ReadAsync(Cancel));
    }

    private static FakeTimeProvider Clock()
    {
        var clock = new FakeTimeProvider(Now);
        clock.SetLocalTimeZone(Berlin);
        return clock;
    }

    private static WindowsScheduledTasks Tasks(RigPowerShell rig) => new(rig.Connection, Clock(), Resolve);

    // As a German Windows resolves it.
    private static string? Resolve(string name) => name == @"NT-AUTORITÄT\SYSTEM" ? "S-1-5-18" : null;

    private static async Task<ScheduledTaskState> OnlyAsync(WindowsScheduledTasks tasks)
    {
        tasks.Forget();
        return Assert.Single(await tasks.ReadAsync(Cancel));
    }

    private static JsonNode Task(JsonNode state) => state["scheduledTasks"]!["tasks"]!.AsArray().Single()!;

    private static string Definition(RigPowerShell rig)
    {
        var xml = "";
        rig.Change(state => xml = (string)Task(state)["xml"]!);
        return xml;
    }

    // By hand, as an administrator would.
    private static void Replace(RigPowerShell rig, string ours, string theirs) =>
        rig.Change(state => Task(state)["xml"] = Changed((string)Task(state)["xml"]!, ours, theirs));

    private static string Changed(string xml, string ours, string theirs)
    {
        Assert.Contains(ours, xml, StringComparison.Ordinal);
        return xml.Replace(ours, theirs, StringComparison.Ordinal);
    }
}
