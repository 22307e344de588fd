namespace Gateway.Installer.Interface;

/// <summary>What site IT sees of an installation with a full user interface: few dialogs, and every one says what it is about.</summary>
internal static class Dialogs
{
    private const string Exit = "EndDialog";
    private const int Error = 65536; // msidbDialogAttributesError
    private const string Removes = "REMOVE=\"ALL\"";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Dialog> All { get; } =
    [
        Page("WelcomeDialog", "Welcome", [], [Control.Button("Next", 222, "ButtonNext", ("NewDialog", "SiteDialog")), CancelButton]),
        Page("SiteDialog", "Site",
        [
            Control.Label("ManifestLabel", 84, 12, "[SiteManifest]"), Control.Field("MANIFEST", 96),
            Control.Label("OverlayLabel", 124, 12, "[SiteOverlay]"), Control.Field("OVERLAY", 136),
            Control.Label("PayloadsLabel", 164, 12, "[SitePayloads]"), Control.Field("PAYLOADS", 176),
        ],
        [Control.Button("Back", 156, "ButtonBack", ("NewDialog", "WelcomeDialog")), Control.Button("Next", 222, "ButtonInstall", (Exit, "Return")), CancelButton]),
        Page("MaintenanceDialog", "Maintenance", [],
        [
            Control.Button("Repair", 156, "ButtonRepair", ("Reinstall", "ALL"), (Exit, "Return")),
            // The event alone sets features; conditions ask for the property, which Wine's Windows Installer does not derive from them.
            Control.Button("Remove", 222, "ButtonRemove", ("[REMOVE]", "ALL"), ("Remove", "ALL"), (Exit, "Return")), CancelButton,
        ]) with { Default = "Repair" },
        Page("ProgressDialog", "Progress",
        [
            Control.Label("ActionText", 96, 12, "") with { Shows = ("ActionText", "Text") },
            new("Bar", "ProgressBar", 20, 114, 330, 12, "") { Shows = ("SetProgress", "Progress") },
            Control.Label("ActionData", 134, 48, "") with { Shows = ("ActionData", "Text") },
        ],
        [CancelButton], otherwise: "Removal") with { Attributes = 1 + 4, Default = "Cancel" }, // modeless: the installation goes on below it
        Page("DoneDialog", "Done", [], [Control.Button("Report", 190, "ButtonReport", ("DoAction", "ShowReport")) with { Width = 94 }, Control.Button("Cancel", 288, "ButtonClose", (Exit, "Return"))], otherwise: "Removed") with { Default = "Cancel" },
        Page("FailedDialog", "Failed", [], [Control.Button("Report", 190, "ButtonReason", ("DoAction", "ShowReport")) with { Width = 94 }, Control.Button("Cancel", 288, "ButtonClose", (Exit, "Exit"))]) with { Default = "Cancel" },
        Page("CancelledDialog", "Cancelled", [], [Control.Button("Cancel", 288, "ButtonClose", (Exit, "Exit"))]) with { Default = "Cancel" },
        new("CancelDialog",
        [
            new("Text", "Text", 20, 15, 220, 30, "[CancelText]"),
            Control.Button("Yes", 64, "ButtonYes", (Exit, "Exit")) with { Y = 55 }, Control.Button("No", 134, "ButtonNo", (Exit, "Return")) with { Y = 55 },
        ]) { Width = 260, Height = 85, Default = "No", Cancel = "No" },

        // Windows Installer shows of its buttons those that a message has, by these names ("Authoring an Error Dialog"); no two of one place are in one message.
        new("ErrorDialog",
        [
            new("ErrorText", "Text", 20, 15, 330, 120, ""),
            ErrorButton("A", 84, "ButtonAbort", "ErrorAbort"), ErrorButton("Y", 84, "ButtonYes", "ErrorYes"),
            ErrorButton("R", 154, "ButtonRetry", "ErrorRetry"), ErrorButton("N", 154, "ButtonNo", "ErrorNo"), ErrorButton("O", 154, "ButtonClose", "ErrorOk"),
            ErrorButton("I", 224, "ButtonIgnore", "ErrorIgnore"), ErrorButton("C", 224, "ButtonCancel", "ErrorCancel"),
        ]) { Height = 175, Attributes = 1 + 2 + 4 + Error, Default = "O", Cancel = "C" },
    ];

    /// <summary>When each is shown: its name, when, and its place ("InstallUISequence Table"; negative ones are about the end).</summary>
    public static IReadOnlyList<(string Name, string Condition, int Sequence)> Sequence { get; } =
    [
        ("WelcomeDialog", "NOT Installed", 1230), ("MaintenanceDialog", "Installed AND NOT RESUME AND NOT Preselected", 1240), ("ProgressDialog", "", 1280),
        ("DoneDialog", "", -1), ("CancelledDialog", "", -2), ("FailedDialog", "", -3),
    ];

    /// <summary>The fonts: name, face, size, bits (1 is bold).</summary>
    public static IReadOnlyList<(string Name, string Face, int Size, int Bits)> Styles { get; } = [("Normal", "Tahoma", 8, 0), ("Title", "Tahoma", 13, 1)];

    private static Control ErrorButton(string name, int x, string word, string answer) => Control.Button(name, x, word, (Exit, answer)) with { Y = 145 };

    private static Control CancelButton => Control.Button("Cancel", 288, "ButtonCancel", ("SpawnDialog", "CancelDialog"));

    // A title, a text, what it is about, and buttons below a line; other words where the gateway is removed. The keyboard reaches fields first and then buttons.
    private static Dialog Page(string name, string word, IReadOnlyList<Control> fields, IReadOnlyList<Control> buttons, string? otherwise = null) => new(name,
    [
        .. fields.Where(field => field.IsReached), .. buttons,
        .. Heading("", word, fields.Count > 0, otherwise is null ? "" : Removes),
        .. otherwise is null ? [] : Heading("Otherwise", otherwise, fields.Count > 0, "NOT " + Removes),
        .. fields.Where(field => !field.IsReached), new("Line", "Line", 0, 234, 370, 0),
    ]) { Default = "Next", Cancel = "Cancel" };

    private static IEnumerable<Control> Heading(string prefix, string word, bool isShort, string hiddenWhen) =>
    [
        new(prefix + "Title", "Text", 20, 14, 330, 22, $"{{\\Title}}[{word}Title]") { HiddenWhen = hiddenWhen },
        Control.Label(prefix + "Text", 42, isShort ? 38 : 180, $"[{word}Text]") with { HiddenWhen = hiddenWhen },
    ];
}
