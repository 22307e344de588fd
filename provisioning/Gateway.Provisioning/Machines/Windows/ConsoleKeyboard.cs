using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// Types at this process' console, for a program started from it that asks there and nowhere else ("WriteConsoleInput function", "INPUT_RECORD structure", Windows Console documentation). A
/// service has no console and gets one as long as it types. What was typed and not read is thrown away at the end: no shell gets it.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed partial class ConsoleKeyboard : AgentRegistrar.IKeyboard
{
    private const string Input = "CONIN$";
    private const ushort KeyEvent = 1;
    private const ushort Enter = 0x0D;

    private readonly SafeFileHandle input;
    private readonly bool isOwn;

    /// <summary>Opens the console's input, or makes a console.</summary>
    /// <exception cref="Win32Exception">There is no console, and none can be made.</exception>
    public ConsoleKeyboard()
    {
        input = SystemObject.Open(Input);
        if (!input.IsInvalid)
            return;
        if (!AllocConsole())
            throw new Win32Exception();
        isOwn = true;
        input = SystemObject.Open(Input);
        if (input.IsInvalid)
            throw new Win32Exception();
    }

    /// <inheritdoc/>
    public void Type(string line)
    {
        var keys = line.SelectMany(c => new[] { Key(c, 0, down: true), Key(c, 0, down: false) }).Concat([Key('\r', Enter, down: true), Key('\r', Enter, down: false)]).ToArray();
        if (!WriteConsoleInput(input, keys, (uint)keys.Length, out var written) || written != keys.Length)
            throw new Win32Exception();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!input.IsInvalid)
            FlushConsoleInputBuffer(input);
        input.Dispose();
        if (isOwn)
            FreeConsole();
    }

    private static InputRecord Key(char character, ushort key, bool down) => new() { EventType = KeyEvent, KeyDown = down ? 1 : 0, RepeatCount = 1, VirtualKey = key, Character = character };

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AllocConsole();

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FreeConsole();

    [LibraryImport("kernel32.dll", EntryPoint = "WriteConsoleInputW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool WriteConsoleInput(SafeFileHandle input, [In] InputRecord[] records, uint count, out uint written);

    [LibraryImport("kernel32.dll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushConsoleInputBuffer(SafeFileHandle input);

    // INPUT_RECORD with its KEY_EVENT_RECORD, 20 bytes.
    [StructLayout(LayoutKind.Sequential)]
    private struct InputRecord
    {
        public ushort EventType;
        public ushort Padding;
        public int KeyDown;
        public ushort RepeatCount;
        public ushort VirtualKey;
        public ushort ScanCode;
        public ushort Character;
        public uint ControlKeys;
    }
}
